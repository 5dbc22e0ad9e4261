/// The lanes of block_sums.c in AVX2 registers: the same additions in the same order.
#include "kernels.h"

#if SLOTSCOPE_HAS_AVX2_CODE
#include <immintrin.h>

#pragma STDC FP_CONTRACT OFF

SLOTSCOPE_AVX2 static inline size_t sum_of_u32(__m256i v) {
  uint32_t parts[8];
  _mm256_storeu_si256((__m256i *)parts, v);
  size_t sum = 0;
  for (int i = 0; i < 8; i++) sum += parts[i];
  return sum;
}

SLOTSCOPE_AVX2 void slotscope_lanes_f32_avx2(const float *values, size_t steps, LanesF32 *lanes) {
  __m256d sum[4], squares[4];
  __m256 min[2], max[2];
  for (int k = 0; k < 4; k++) {
    sum[k] = _mm256_loadu_pd(lanes->sum + 4 * k);
    squares[k] = _mm256_loadu_pd(lanes->squares + 4 * k);
  }
  for (int k = 0; k < 2; k++) {
    min[k] = _mm256_loadu_ps(lanes->min + 8 * k);
    max[k] = _mm256_loadu_ps(lanes->max + 8 * k);
  }
  __m256i zeros = _mm256_setzero_si256();
  for (size_t step = 0; step < steps; step++) {
    const float *x = values + step * LANES_F32;
    slotscope_prefetch(x);
#pragma clang loop unroll(full)
    for (int k = 0; k < 4; k++) {
      __m256d d = _mm256_cvtps_pd(_mm_loadu_ps(x + 4 * k));
      sum[k] = _mm256_add_pd(sum[k], d);
      squares[k] = _mm256_add_pd(squares[k], _mm256_mul_pd(d, d));
    }
#pragma clang loop unroll(full)
    for (int k = 0; k < 2; k++) {
      __m256 v = _mm256_loadu_ps(x + 8 * k);
      min[k] = _mm256_min_ps(v, min[k]);
      max[k] = _mm256_max_ps(v, max[k]);
      __m256 is_zero = _mm256_cmp_ps(v, _mm256_setzero_ps(), _CMP_EQ_OQ);
      zeros = _mm256_sub_epi32(zeros, _mm256_castps_si256(is_zero));
    }
  }
  for (int k = 0; k < 4; k++) {
    _mm256_storeu_pd(lanes->sum + 4 * k, sum[k]);
    _mm256_storeu_pd(lanes->squares + 4 * k, squares[k]);
  }
  for (int k = 0; k < 2; k++) {
    _mm256_storeu_ps(lanes->min + 8 * k, min[k]);
    _mm256_storeu_ps(lanes->max + 8 * k, max[k]);
  }
  lanes->zeros += sum_of_u32(zeros);
}

SLOTSCOPE_AVX2 void slotscope_lanes_f64_avx2(const double *values, size_t steps, LanesF64 *lanes) {
  __m256d sum[2], squares[2], min[2], max[2];
  for (int k = 0; k < 2; k++) {
    sum[k] = _mm256_loadu_pd(lanes->sum + 4 * k);
    squares[k] = _mm256_loadu_pd(lanes->squares + 4 * k);
    min[k] = _mm256_loadu_pd(lanes->min + 4 * k);
    max[k] = _mm256_loadu_pd(lanes->max + 4 * k);
  }
  // A zero sets both halves of its 64-bit lane.
  __m256i zeros = _mm256_setzero_si256();
  for (size_t step = 0; step < steps; step++) {
    const double *x = values + step * LANES_F64;
    slotscope_prefetch(x);
#pragma clang loop unroll(full)
    for (int k = 0; k < 2; k++) {
      __m256d v = _mm256_loadu_pd(x + 4 * k);
      sum[k] = _mm256_add_pd(sum[k], v);
      squares[k] = _mm256_add_pd(squares[k], _mm256_mul_pd(v, v));
      min[k] = _mm256_min_pd(v, min[k]);
      max[k] = _mm256_max_pd(v, max[k]);
      __m256d is_zero = _mm256_cmp_pd(v, _mm256_setzero_pd(), _CMP_EQ_OQ);
      zeros = _mm256_sub_epi32(zeros, _mm256_castpd_si256(is_zero));
    }
  }
  for (int k = 0; k < 2; k++) {
    _mm256_storeu_pd(lanes->sum + 4 * k, sum[k]);
    _mm256_storeu_pd(lanes->squares + 4 * k, squares[k]);
    _mm256_storeu_pd(lanes->min + 4 * k, min[k]);
    _mm256_storeu_pd(lanes->max + 4 * k, max[k]);
  }
  lanes->zeros += sum_of_u32(zeros) / 2;
}
#endif
