/// One pass over elements of 32 and 64 bits, a block at a time.
#include <string.h>

#include "dequantize.h"
#include "kernels.h"

#pragma STDC FP_CONTRACT OFF

/// float32, taken as it is where it is aligned, and what is dequantised to it.
static void statistics_f32(SlotscopeDType dtype, const char *data, size_t count, SlotscopeSummary *summary,
                           const SlotscopeBins *bins, const Tables *tables) {
  bool is_quantized = dtype != SLOTSCOPE_FLOAT32;
  bool is_ready = !is_quantized && (uintptr_t)data % _Alignof(float) == 0;
  SlotscopeBlock block = slotscope_block(dtype);
  float copy[BLOCK_F32];
  for (size_t n; count > 0; data += n / block.elements * block.bytes, count -= n) {
    n = count < BLOCK_F32 ? count : BLOCK_F32;
    if (is_quantized) {
      slotscope_dequantize_f32(dtype, data, n / block.elements, copy);
    } else if (!is_ready) {
      memcpy(copy, data, n * sizeof(float));
    }
    const float *values = is_ready ? (const float *)(const void *)data : copy;
    if (summary) slotscope_summarize_block_f32(values, n, summary);
    if (bins) slotscope_count_f32(bins, values, n, tables);
  }
}

/// Any dtype, by way of doubles; doubles that are aligned already are taken as they are.
static void statistics_f64(SlotscopeDType dtype, const char *data, size_t count,
                           SlotscopeSummary *summary, const SlotscopeBins *bins, const Tables *tables) {
  bool is_ready = dtype == SLOTSCOPE_FLOAT64 && (uintptr_t)data % _Alignof(double) == 0;
  SlotscopeBlock block = slotscope_block(dtype);
  double decoded[BLOCK_F64];
  for (size_t n; count > 0; data += n / block.elements * block.bytes, count -= n) {
    n = count < BLOCK_F64 ? count : BLOCK_F64;
    if (!is_ready) slotscope_decode_f64(dtype, data, n, decoded);
    const double *values = is_ready ? (const double *)(const void *)data : decoded;
    if (summary) slotscope_summarize_block_f64(values, n, summary);
    if (bins) slotscope_count_f64(bins, values, n, tables);
  }
}

void slotscope_statistics(SlotscopeDType dtype, const void *data, size_t count, SlotscopeSummary *summary,
                          const SlotscopeBins *bins, uint32_t *memory) {
  Tables tables;
  if (bins) tables = slotscope_tables(bins, memory);
  if (dtype == SLOTSCOPE_FLOAT32 || slotscope_is_quantized(dtype)) {
    bool in_float = bins && bins->fits_float;
    if (summary || in_float) statistics_f32(dtype, data, count, summary, in_float ? bins : NULL, &tables);
    if (bins && !in_float) statistics_f64(dtype, data, count, NULL, bins, &tables);
    return;
  }
  statistics_f64(dtype, data, count, summary, bins, &tables);
}
