/// Histograms with numpy's bins: edges, slots, counting.
#include <math.h>
#include <string.h>

#include "kernels.h"

#pragma STDC FP_CONTRACT OFF

/// numpy.linspace. Where upper - lower does not fit a double (numpy has no edges then), all is taken in halves.
void slotscope_make_edges(uint32_t count, double lower, double upper, double *edges) {
  double width = upper - lower;
  double unit = isfinite(width) ? 1 : 2;
  double step = isfinite(width) ? width / count : (upper / 2 - lower / 2) / count;
  for (uint32_t i = 0; i < count; i++) {
    // numpy's way with a step that vanishes.
    double offset = step == 0 ? i / (double)count * width : i * step;
    edges[i] = (offset + lower / unit) * unit;
  }
  edges[count] = upper;
}

/// The smallest float that is not below `edge`.
static float float_at_or_above(double edge) {
  float value = (float)edge;
  return value < edge ? nextafterf(value, INFINITY) : value;
}

/// How far, in bins, (x - lower) * scale in arithmetic of `epsilon` can lie from x's place among the edges: rounding
/// of the difference, the scale, the product, the lower bound and the edges themselves. `slot` needs less than a half.
static double misplacement(const SlotscopeBins *bins, double epsilon) {
  double magnitude = fmax(fabs(bins->lower), fabs(bins->upper));
  return 4 * epsilon * bins->count + 4 * epsilon * magnitude * bins->scale;
}

void slotscope_bins_init(SlotscopeBins *bins, uint32_t count, double lower, double upper, double *edges,
                         double *thresholds, float *float_thresholds) {
  slotscope_make_edges(count, lower, upper, edges);
  for (uint32_t i = 0; i < count; i++) {
    thresholds[i] = edges[i];
    float_thresholds[i] = float_at_or_above(edges[i]);
  }
  thresholds[count] = nextafter(upper, INFINITY);
  float last = float_at_or_above(upper);
  float_thresholds[count] = (double)last > upper ? last : nextafterf(last, INFINITY);
  *bins = (SlotscopeBins){.count = count,
                          .lower = lower,
                          .upper = upper,
                          .edges = edges,
                          .thresholds = thresholds,
                          .float_thresholds = float_thresholds,
                          .scale = count / (upper - lower)};
  bins->float_doubt = misplacement(bins, 0x1p-23);
  bins->double_doubt = misplacement(bins, 0x1p-52);
  bins->fits_double = isnormal(bins->scale) && isfinite(upper - lower) && bins->double_doubt < 0.25;
  bins->fits_float = bins->fits_double && isnormal((float)bins->scale) && fabs(lower) < 0x1p125 &&
                     fabs(upper) < 0x1p125 && bins->float_doubt < 0.25;
}

/// The nearest edge r is certain, so that x lies in the bin before or after it; the comparison says in which. NaN fails
/// both comparisons and ends below.
#define DEFINE_SLOT(SUFFIX, TYPE, THRESHOLDS)                                                \
  static inline uint16_t slot_##SUFFIX(const SlotscopeBins *bins, TYPE x) {                  \
    TYPE t = (x - (TYPE)bins->lower) * (TYPE)bins->scale;                                    \
    t = t > 0 ? t : 0;                                                                       \
    t = t < (TYPE)bins->count ? t : (TYPE)bins->count;                                       \
    uint32_t r = (uint32_t)(t + (TYPE)0.5);                                                  \
    return (uint16_t)(r + (x >= bins->THRESHOLDS[r]));                                       \
  }
DEFINE_SLOT(f32, float, float_thresholds)
DEFINE_SLOT(f64, double, thresholds)

/// numpy's formula, step by step, for bins so narrow that rounding decides.
static uint16_t slot_as_numpy(const SlotscopeBins *bins, double x) {
  if (!(x >= bins->lower)) return 0;
  if (x > bins->upper) return (uint16_t)(bins->count + 1);
  double width = bins->upper - bins->lower;
  double place = isfinite(width) ? (x - bins->lower) / width
                                 : (x / 2 - bins->lower / 2) / (bins->upper / 2 - bins->lower / 2);
  double f = place * bins->count;
  uint32_t i = f < bins->count ? (uint32_t)f : bins->count - 1;
  if (x < bins->edges[i] && i > 0) i--;
  if (x >= bins->edges[i + 1] && i != bins->count - 1) i++;
  return (uint16_t)(i + 1);
}

uint16_t slotscope_slot_of_double(const SlotscopeBins *bins, double value) {
  return bins->fits_double ? slot_f64(bins, value) : slot_as_numpy(bins, value);
}

static bool is_paired(const SlotscopeBins *bins) {
  return (size_t)bins->count + 2 <= MAX_PAIRED_SLOTS && !bins->is_for_few;
}

size_t slotscope_tables_size(const SlotscopeBins *bins) {
  size_t stride = (size_t)bins->count + 2;
  return is_paired(bins) ? 2 * stride * stride + stride : SINGLE_TABLES * stride;
}

Tables slotscope_tables(const SlotscopeBins *bins, uint32_t *memory) {
  size_t stride = (size_t)bins->count + 2;
  Tables tables = {.stride = stride, .is_paired = is_paired(bins)};
  if (tables.is_paired) {
    tables.singles[0] = memory;
    for (size_t i = 0; i < 2; i++) tables.pairs[i] = memory + stride + i * stride * stride;
  } else {
    for (size_t i = 0; i < SINGLE_TABLES; i++) tables.singles[i] = memory + i * stride;
  }
  return tables;
}

void slotscope_tables_flush(const SlotscopeBins *bins, uint32_t *memory, uint64_t *counts) {
  Tables tables = slotscope_tables(bins, memory);
  for (size_t table = 0; table < (tables.is_paired ? 1 : SINGLE_TABLES); table++)
    for (size_t slot = 0; slot < tables.stride; slot++) counts[slot] += tables.singles[table][slot];
  for (size_t table = 0; table < (tables.is_paired ? 2 : 0); table++) {
    const uint32_t *pairs = tables.pairs[table];
    for (size_t second = 0; second < tables.stride; second++) {
      for (size_t first = 0; first < tables.stride; first++) {
        uint32_t count = *pairs++;
        counts[first] += count;
        counts[second] += count;
      }
    }
  }
  memset(memory, 0, slotscope_tables_size(bins) * sizeof *memory);
}

static inline void count_slots(const uint16_t *slots, size_t count, const Tables *tables) {
  size_t i = 0;
  if (tables->is_paired) {
    for (; i + 4 <= count; i += 4) {
      tables->pairs[0][slots[i] + tables->stride * slots[i + 1]]++;
      tables->pairs[1][slots[i + 2] + tables->stride * slots[i + 3]]++;
    }
  } else {
    for (; i + 4 <= count; i += 4)
      for (size_t k = 0; k < SINGLE_TABLES; k++) tables->singles[k][slots[i + k]]++;
  }
  for (; i < count; i++) tables->singles[0][slots[i]]++;
}

#if SLOTSCOPE_HAS_AVX2_CODE
/// Counts the whole steps; says how many values that were.
#define COUNT_STEPS(SUFFIX) \
  (slotscope_has_avx2() ? (slotscope_count_##SUFFIX##_avx2(bins, values, count / 32, tables), count - count % 32) : 0)
#else
#define COUNT_STEPS(SUFFIX) 0
#endif

void slotscope_count_f32(const SlotscopeBins *bins, const float *values, size_t count, const Tables *tables) {
  uint16_t slots[BLOCK_F32];
  size_t done = COUNT_STEPS(f32);
  for (size_t i = done; i < count; i++) slots[i - done] = slot_f32(bins, values[i]);
  count_slots(slots, count - done, tables);
}

void slotscope_count_f64(const SlotscopeBins *bins, const double *values, size_t count, const Tables *tables) {
  uint16_t slots[BLOCK_F64];
  size_t done = bins->fits_double ? COUNT_STEPS(f64) : 0;
  for (size_t i = done; i < count; i++) slots[i - done] = slotscope_slot_of_double(bins, values[i]);
  count_slots(slots, count - done, tables);
}
