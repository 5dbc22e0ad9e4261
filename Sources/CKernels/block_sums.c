/// Sums, extremes and zeros of a block: one lane after the other here, all lanes at once in block_sums_avx2.c.
#include <math.h>
#include <string.h>

#include "kernels.h"

#pragma STDC FP_CONTRACT OFF

#define DEFINE_BLOCK_SUMS(SUFFIX, TYPE, LANES_TYPE, LANES)                                           \
  static inline void add_step_##SUFFIX(LANES_TYPE *lanes, const TYPE *values, size_t count) {        \
    for (size_t i = 0; i < count; i++) {                                                             \
      double x = values[i];                                                                          \
      lanes->sum[i] += x;                                                                            \
      lanes->squares[i] += x * x;                                                                    \
      lanes->min[i] = values[i] < lanes->min[i] ? values[i] : lanes->min[i];                         \
      lanes->max[i] = values[i] > lanes->max[i] ? values[i] : lanes->max[i];                         \
      lanes->zeros += values[i] == 0;                                                                \
    }                                                                                                \
  }                                                                                                  \
                                                                                                     \
  void slotscope_block_sums_##SUFFIX(const TYPE *values, size_t count, BlockSums *sums) {            \
    LANES_TYPE lanes;                                                                                \
    memset(&lanes, 0, sizeof lanes);                                                                 \
    for (int i = 0; i < LANES; i++) lanes.min[i] = INFINITY, lanes.max[i] = -INFINITY;               \
    size_t steps = count / LANES;                                                                    \
    ADD_STEPS(SUFFIX, values, steps, lanes);                                                         \
    add_step_##SUFFIX(&lanes, values + steps * LANES, count % LANES);                                \
    for (int width = LANES / 2; width > 0; width /= 2) {                                             \
      for (int i = 0; i < width; i++) {                                                              \
        lanes.sum[i] += lanes.sum[i + width];                                                        \
        lanes.squares[i] += lanes.squares[i + width];                                                \
        if (lanes.min[i + width] < lanes.min[i]) lanes.min[i] = lanes.min[i + width];                \
        if (lanes.max[i + width] > lanes.max[i]) lanes.max[i] = lanes.max[i + width];                \
      }                                                                                              \
    }                                                                                                \
    /* Adding 0 makes 0 of -0, which lanes may or may not have kept. */                              \
    double min = lanes.min[0] + 0.0, max = lanes.max[0] + 0.0;                                       \
    *sums = (BlockSums){lanes.sum[0], lanes.squares[0], min, max, lanes.zeros};                      \
  }

#define ADD_STEPS_PORTABLE(SUFFIX, values, steps, lanes) \
  for (size_t step = 0; step < steps; step++)            \
  add_step_##SUFFIX(&lanes, values + step * (sizeof lanes.sum / sizeof *lanes.sum), sizeof lanes.sum / sizeof *lanes.sum)

#if SLOTSCOPE_HAS_AVX2_CODE
#define ADD_STEPS(SUFFIX, values, steps, lanes)                  \
  if (slotscope_has_avx2()) {                                    \
    slotscope_lanes_##SUFFIX##_avx2(values, steps, &lanes);      \
  } else                                                         \
    ADD_STEPS_PORTABLE(SUFFIX, values, steps, lanes)
#else
#define ADD_STEPS ADD_STEPS_PORTABLE
#endif

DEFINE_BLOCK_SUMS(f32, float, LanesF32, LANES_F32)
DEFINE_BLOCK_SUMS(f64, double, LanesF64, LANES_F64)
