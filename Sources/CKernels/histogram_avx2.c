/// The counting of histogram.c, thirty-two values at a time.
///
/// A value's slot needs the comparison with its nearest edge's threshold, a slow gather. It is left out where no value
/// of a register is within the arithmetic's doubt of an edge: which side of the edge it is on is then certain.
#include "kernels.h"

#if SLOTSCOPE_HAS_AVX2_CODE
#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF

#define INLINE static inline __attribute__((always_inline)) SLOTSCOPE_AVX2

typedef struct {
  __m256 lower, scale, count, doubt;
  const float *thresholds;
} FloatBins;

/// Slots of eight floats, as 32-bit lanes.
INLINE __m256i slots_of_floats(__m256 x, const FloatBins *bins) {
  __m256 t = _mm256_mul_ps(_mm256_sub_ps(x, bins->lower), bins->scale);
  // The maximum's second operand is what NaN becomes.
  t = _mm256_min_ps(_mm256_max_ps(t, _mm256_setzero_ps()), bins->count);
  __m256i r = _mm256_cvtps_epi32(t);
  __m256 offset = _mm256_sub_ps(t, _mm256_cvtepi32_ps(r));
  __m256 is_after = _mm256_cmp_ps(offset, _mm256_setzero_ps(), _CMP_GE_OQ);
  __m256 distance = _mm256_andnot_ps(_mm256_set1_ps(-0.0f), offset);
  if (_mm256_movemask_ps(_mm256_cmp_ps(distance, bins->doubt, _CMP_LE_OQ)))
    is_after = _mm256_cmp_ps(x, _mm256_i32gather_ps(bins->thresholds, r, 4), _CMP_GE_OQ);
  return _mm256_sub_epi32(r, _mm256_castps_si256(is_after));
}

typedef struct {
  __m256d lower, scale, count, doubt;
  const double *thresholds;
} DoubleBins;

/// Slots of four doubles, as 32-bit lanes.
INLINE __m128i slots_of_doubles(__m256d x, const DoubleBins *bins) {
  __m256d t = _mm256_mul_pd(_mm256_sub_pd(x, bins->lower), bins->scale);
  t = _mm256_min_pd(_mm256_max_pd(t, _mm256_setzero_pd()), bins->count);
  __m128i r = _mm256_cvtpd_epi32(t);
  __m256d offset = _mm256_sub_pd(t, _mm256_cvtepi32_pd(r));
  __m256d is_after = _mm256_cmp_pd(offset, _mm256_setzero_pd(), _CMP_GE_OQ);
  __m256d distance = _mm256_andnot_pd(_mm256_set1_pd(-0.0), offset);
  if (_mm256_movemask_pd(_mm256_cmp_pd(distance, bins->doubt, _CMP_LE_OQ)))
    is_after = _mm256_cmp_pd(x, _mm256_i32gather_pd(bins->thresholds, r, 8), _CMP_GE_OQ);
  __m128 low = _mm_castpd_ps(_mm256_castpd256_pd128(is_after));
  __m128 high = _mm_castpd_ps(_mm256_extractf128_pd(is_after, 1));
  return _mm_sub_epi32(r, _mm_castps_si128(_mm_shuffle_ps(low, high, 0x88)));
}

/// The bins as the loop over float or double values, chosen when it is compiled, wants them.
typedef struct {
  bool is_double;
  FloatBins f32;
  DoubleBins f64;
} Bins;

/// Sixteen slots; which is whose does not matter.
INLINE __m256i sixteen_slots_f32(const float *x, const FloatBins *bins) {
  __m256i a = slots_of_floats(_mm256_loadu_ps(x), bins);
  __m256i b = slots_of_floats(_mm256_loadu_ps(x + 8), bins);
  return _mm256_packus_epi32(a, b);
}

INLINE __m256i sixteen_slots_f64(const double *x, const DoubleBins *bins) {
  __m128i a = slots_of_doubles(_mm256_loadu_pd(x), bins);
  __m128i b = slots_of_doubles(_mm256_loadu_pd(x + 4), bins);
  __m128i c = slots_of_doubles(_mm256_loadu_pd(x + 8), bins);
  __m128i d = slots_of_doubles(_mm256_loadu_pd(x + 12), bins);
  return _mm256_setr_m128i(_mm_packus_epi32(a, b), _mm_packus_epi32(c, d));
}

/// Where thirty-two values are to be counted: sixteen places of pairs, or thirty-two of single values.
typedef struct {
  uint64_t fours[8];
} Places;

/// Slots in pairs are below 128, so that the signed products and the unsigned packing are right.
INLINE void store_places(__m256i a, __m256i b, bool is_paired, __m256i weights, Places *places) {
  if (is_paired) {
    __m256i pairs = _mm256_packus_epi32(_mm256_madd_epi16(a, weights), _mm256_madd_epi16(b, weights));
    _mm256_storeu_si256((__m256i *)places->fours, pairs);
  } else {
    _mm256_storeu_si256((__m256i *)places->fours, a);
    _mm256_storeu_si256((__m256i *)(places->fours + 4), b);
  }
}

INLINE void count_places(const Places *places, bool is_paired, uint32_t *const tables[4]) {
#pragma clang loop unroll(full)
  for (int i = 0; i < (is_paired ? 4 : 8); i++) {
    uint64_t four = places->fours[i];
    tables[0][four & 0xffff]++;
    tables[1][four >> 16 & 0xffff]++;
    tables[2][four >> 32 & 0xffff]++;
    tables[3][four >> 48]++;
  }
}

/// Steps between finding a place and counting there. Increments go to addresses that the processor must know early, or
/// it reorders loads and stores of one counter and has to start again.
enum { LAG = 16 };

/// Places of the 32 values at `values`, which are floats or doubles as `bins` says.
INLINE void find_places(const Bins *bins, const void *values, bool is_paired, __m256i weights, Places *places) {
  if (bins->is_double) {
    const double *x = values;
    for (int line = 0; line < 4; line++) slotscope_prefetch(x + 8 * line);
    store_places(sixteen_slots_f64(x, &bins->f64), sixteen_slots_f64(x + 16, &bins->f64), is_paired, weights, places);
  } else {
    const float *x = values;
    for (int line = 0; line < 2; line++) slotscope_prefetch(x + 16 * line);
    store_places(sixteen_slots_f32(x, &bins->f32), sixteen_slots_f32(x + 16, &bins->f32), is_paired, weights, places);
  }
}

/// Steps of 32 values: the places of one go into a ring, those of the step LAG before are counted.
INLINE void count_steps(const Bins *bins, const char *values, size_t steps, bool is_paired, __m256i weights,
                        uint32_t *const counters[4]) {
  Places ring[LAG];
  size_t bytes = 32 * (bins->is_double ? sizeof(double) : sizeof(float));
  size_t lead = steps < LAG ? steps : LAG;
  for (size_t step = 0; step < lead; step++)
    find_places(bins, values + step * bytes, is_paired, weights, &ring[step]);
  for (size_t step = lead; step < steps; step++) {
    count_places(&ring[step % LAG], is_paired, counters);
    find_places(bins, values + step * bytes, is_paired, weights, &ring[step % LAG]);
  }
  for (size_t step = 0; step < lead; step++) count_places(&ring[step], is_paired, counters);
}

INLINE void count_in_tables(const Bins *bins, const void *values, size_t steps, const Tables *tables) {
  if (tables->is_paired) {
    __m256i weights = _mm256_set1_epi32((int)(1 | (uint32_t)tables->stride << 16));
    uint32_t *const pairs[] = {tables->pairs[0], tables->pairs[1], tables->pairs[0], tables->pairs[1]};
    count_steps(bins, values, steps, true, weights, pairs);
  } else {
    count_steps(bins, values, steps, false, _mm256_setzero_si256(), tables->singles);
  }
}

SLOTSCOPE_AVX2 void slotscope_count_f32_avx2(const SlotscopeBins *bins, const float *values, size_t steps,
                                             const Tables *tables) {
  Bins lanes = {.is_double = false,
                .f32 = {_mm256_set1_ps((float)bins->lower), _mm256_set1_ps((float)bins->scale),
                        _mm256_set1_ps((float)bins->count), _mm256_set1_ps((float)bins->float_doubt),
                        bins->float_thresholds}};
  count_in_tables(&lanes, values, steps, tables);
}

SLOTSCOPE_AVX2 void slotscope_count_f64_avx2(const SlotscopeBins *bins, const double *values, size_t steps,
                                             const Tables *tables) {
  Bins lanes = {.is_double = true,
                .f64 = {_mm256_set1_pd(bins->lower), _mm256_set1_pd(bins->scale), _mm256_set1_pd((double)bins->count),
                        _mm256_set1_pd(bins->double_doubt), bins->thresholds}};
  count_in_tables(&lanes, values, steps, tables);
}
#endif
