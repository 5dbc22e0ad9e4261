/// Numeric kernels: the parts of Slotscope that need SIMD.
///
/// Every function gives the same bits on every machine: lanes, order of additions and rounding are fixed by the
/// portable code, the AVX2 code repeats them, nothing is contracted to fused multiply-adds and no result comes from
/// libm's transcendental functions. Which code runs is chosen once, by what the processor can do; tests can compare
/// the two through the functions ending in `_portable` and through `slotscope_force_portable`.
#ifndef SLOTSCOPE_CKERNELS_H
#define SLOTSCOPE_CKERNELS_H

#include "dequantize.h"
#include "difference.h"
#include "philox.h"
#include "selection.h"
#include "statistics.h"

/// Makes every later call, in any thread, run the portable code (or lets it choose again). For tests and benchmarks.
void slotscope_force_portable(int forced);

#endif
