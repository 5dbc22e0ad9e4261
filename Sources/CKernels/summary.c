/// Summaries of blocks, and how they are put together.
#include <math.h>
#include <string.h>

#include "kernels.h"

#pragma STDC FP_CONTRACT OFF

void slotscope_summary_init(SlotscopeSummary *summary) {
  memset(summary, 0, sizeof *summary);
  summary->min = INFINITY;
  summary->max = -INFINITY;
}

void slotscope_add_to_sum(SlotscopeSummary *summary, double value) {
  double sum = summary->sum + value;
  double part = sum - summary->sum;
  summary->sum_low += (summary->sum - (sum - part)) + (value - part);
  summary->sum = sum;
}

static inline void scale(SlotscopeSummary *summary) {
  if (summary->is_scaled) return;
  summary->sum *= 0x1p-512;
  summary->sum_low *= 0x1p-512;
  summary->squared_deviations = summary->squared_deviations * 0x1p-512 * 0x1p-512;
  summary->is_scaled = 1;
}

typedef struct {
  double high, low;
} Mean;

/// The mean in two doubles. One would be too coarse where means are large beside their difference.
static inline Mean mean_of(const SlotscopeSummary *summary) {
  double n = (double)summary->finite;
  double high = summary->sum / n;
  return (Mean){high, (fma(-high, n, summary->sum) + summary->sum_low) / n};
}

void slotscope_summary_merge(SlotscopeSummary *into, const SlotscopeSummary *other) {
  SlotscopeSummary b = *other;
  if (into->is_scaled != b.is_scaled) scale(into), scale(&b);
  if (into->finite > 0 && b.finite > 0) {
    double n = (double)into->finite, m = (double)b.finite;
    Mean ours = mean_of(into), theirs = mean_of(&b);
    double delta = (theirs.high - ours.high) + (theirs.low - ours.low);
    into->squared_deviations += b.squared_deviations + delta * delta * (n * (m / (n + m)));
  } else {
    into->squared_deviations += b.squared_deviations;
  }
  slotscope_add_to_sum(into, b.sum);
  into->sum_low += b.sum_low;
  into->finite += b.finite;
  into->nan += b.nan;
  into->positive_infinite += b.positive_infinite;
  into->negative_infinite += b.negative_infinite;
  into->zeros += b.zeros;
  if (b.min < into->min) into->min = b.min;
  if (b.max > into->max) into->max = b.max;
}

void slotscope_summary_mean_std(const SlotscopeSummary *summary, double *mean, double *std) {
  *mean = *std = NAN;
  if (summary->finite == 0) return;
  double n = (double)summary->finite, unit = summary->is_scaled ? 0x1p512 : 1.0;
  // Rounding must not carry the mean out of the values' range, nor give equal values a deviation.
  *mean = fmin(fmax((summary->sum + summary->sum_low) / n * unit, summary->min), summary->max);
  *std = summary->min == summary->max ? 0.0 : sqrt(summary->squared_deviations / n) * unit;
}

/// Σ(x - mean) and Σ(x - mean)².
#define DEFINE_DEVIATIONS(SUFFIX, TYPE)                                                                 \
  static void deviations_##SUFFIX(const TYPE *values, size_t count, double mean, double *sum, double *squares) { \
    double sums[8] = {0}, squared[8] = {0};                                                             \
    size_t whole = count - count % 8;                                                                   \
    for (size_t i = 0; i < whole; i += 8) {                                                             \
      for (int k = 0; k < 8; k++) {                                                                     \
        double d = values[i + k] - mean;                                                                \
        sums[k] += d;                                                                                   \
        squared[k] += d * d;                                                                            \
      }                                                                                                 \
    }                                                                                                   \
    for (size_t i = whole; i < count; i++) {                                                            \
      double d = values[i] - mean;                                                                      \
      sums[i - whole] += d;                                                                             \
      squared[i - whole] += d * d;                                                                      \
    }                                                                                                   \
    *sum = *squares = 0;                                                                                \
    for (int k = 0; k < 8; k++) *sum += sums[k], *squares += squared[k];                                \
  }
DEFINE_DEVIATIONS(f32, float)
DEFINE_DEVIATIONS(f64, double)

/// Σx² - (Σx)²/n loses what the mean's square and the variance differ by: at most so much is let go.
#define MAX_CANCELLATION 64.0
/// Squares above are not taken as they are: their sum over all blocks might not fit a double.
#define LARGE_SQUARES 0x1p900

#define DEFINE_SUMMARY_OF_SUMS(SUFFIX, TYPE)                                                               \
  static SlotscopeSummary summary_of_##SUFFIX(const TYPE *values, size_t count, const BlockSums *sums) {    \
    SlotscopeSummary block;                                                                                 \
    slotscope_summary_init(&block);                                                                         \
    double n = (double)count, mean = sums->sum / n;                                                         \
    double squares = sums->squares - sums->sum * mean;                                                      \
    block.sum = sums->sum;                                                                                  \
    if (squares * MAX_CANCELLATION < sums->squares) {                                                       \
      /* Deviations from the rounded mean correct the squares, and the sum itself. */                       \
      double deviations;                                                                                    \
      deviations_##SUFFIX(values, count, mean, &deviations, &squares);                                      \
      squares -= deviations * deviations / n;                                                               \
      block.sum = mean * n;                                                                                 \
      block.sum_low = fma(mean, n, -block.sum) + deviations;                                                \
    }                                                                                                       \
    block.finite = count;                                                                                   \
    block.zeros = sums->zeros;                                                                              \
    block.min = sums->min;                                                                                  \
    block.max = sums->max;                                                                                  \
    block.squared_deviations = squares > 0 ? squares : 0;                                                   \
    return block;                                                                                           \
  }
DEFINE_SUMMARY_OF_SUMS(f32, float)
DEFINE_SUMMARY_OF_SUMS(f64, double)

/// Keeps the finite values, counts the others.
#define DEFINE_KEEP_FINITE(SUFFIX, TYPE)                                                                  \
  static size_t keep_finite_##SUFFIX(const TYPE *values, size_t count, TYPE *kept, SlotscopeSummary *summary) { \
    size_t n = 0;                                                                                         \
    for (size_t i = 0; i < count; i++) {                                                                  \
      TYPE x = values[i];                                                                                 \
      kept[n] = x;                                                                                        \
      n += x - x == 0;                                                                                    \
      summary->nan += x != x;                                                                             \
      summary->positive_infinite += x == (TYPE)INFINITY;                                                  \
      summary->negative_infinite += x == (TYPE)-INFINITY;                                                 \
    }                                                                                                     \
    return n;                                                                                             \
  }
DEFINE_KEEP_FINITE(f32, float)
DEFINE_KEEP_FINITE(f64, double)

void slotscope_summarize_block_f32(const float *values, size_t count, SlotscopeSummary *summary) {
  float kept[BLOCK_F32];
  BlockSums sums;
  slotscope_block_sums_f32(values, count, &sums);
  if (!isfinite(sums.sum)) {
    count = keep_finite_f32(values, count, kept, summary);
    values = kept;
    slotscope_block_sums_f32(values, count, &sums);
  }
  if (count == 0) return;
  SlotscopeSummary block = summary_of_f32(values, count, &sums);
  slotscope_summary_merge(summary, &block);
}

/// A block whose sums do not fit: again, times 2^-512.
static void summarize_large_f64(const double *values, size_t count, SlotscopeSummary *summary) {
  double scaled[BLOCK_F64];
  BlockSums sums, scaled_sums;
  slotscope_block_sums_f64(values, count, &sums);
  for (size_t i = 0; i < count; i++) scaled[i] = values[i] * 0x1p-512;
  slotscope_block_sums_f64(scaled, count, &scaled_sums);
  SlotscopeSummary block = summary_of_f64(scaled, count, &scaled_sums);
  block.zeros = sums.zeros;
  block.min = sums.min;
  block.max = sums.max;
  block.is_scaled = 1;
  slotscope_summary_merge(summary, &block);
}

void slotscope_summarize_block_f64(const double *values, size_t count, SlotscopeSummary *summary) {
  double kept[BLOCK_F64];
  BlockSums sums;
  slotscope_block_sums_f64(values, count, &sums);
  if (!isfinite(sums.sum)) {
    count = keep_finite_f64(values, count, kept, summary);
    values = kept;
    slotscope_block_sums_f64(values, count, &sums);
  }
  if (count == 0) return;
  if (!(sums.squares < LARGE_SQUARES)) {
    summarize_large_f64(values, count, summary);
    return;
  }
  SlotscopeSummary block = summary_of_f64(values, count, &sums);
  slotscope_summary_merge(summary, &block);
}
