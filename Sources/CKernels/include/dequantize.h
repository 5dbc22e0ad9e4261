/// GGML's quantised dtypes as float32.
///
/// The formula of each dtype is that of GGML (`ggml-quants.c`) and of its Python package `gguf`, in float32 and in their
/// order: the results are theirs, bit for bit.
#ifndef SLOTSCOPE_DEQUANTIZE_H
#define SLOTSCOPE_DEQUANTIZE_H

#include "statistics.h"

/// Whether a dtype is one of those below.
int slotscope_is_quantized(SlotscopeDType dtype);

/// Blocks at any alignment → `block_count` times `slotscope_block(dtype).elements` floats. Any other dtype gives NaN.
void slotscope_dequantize_f32(SlotscopeDType dtype, const void *blocks, size_t block_count, float *out);

#endif
