/// Elements of any dtype as doubles.
#include <string.h>

#include "kernels.h"

#pragma STDC FP_CONTRACT OFF

static inline double double_of_bits(uint64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline double double_of_bfloat16(uint16_t half) {
  uint32_t bits = (uint32_t)half << 16;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/// IEEE 754 binary16, by its fields.
static inline double double_of_float16(uint16_t half) {
  uint64_t sign = (uint64_t)(half >> 15) << 63;
  uint64_t exponent = (half >> 10) & 31, fraction = half & 1023;
  if (exponent == 31) return double_of_bits(sign | 0x7ff0000000000000u | fraction << 42);
  if (exponent != 0) return double_of_bits(sign | (exponent + 1023 - 15) << 52 | fraction << 42);
  double tiny = (double)fraction * 0x1p-24;
  return sign ? -tiny : tiny;
}

#define DECODE(TYPE, EXPRESSION)                                    \
  for (size_t i = 0; i < count; i++) {                              \
    TYPE x;                                                         \
    memcpy(&x, (const char *)data + i * sizeof(TYPE), sizeof(TYPE)); \
    out[i] = EXPRESSION;                                            \
  }                                                                 \
  return

void slotscope_decode_f64(SlotscopeDType dtype, const void *data, size_t count, double *out) {
  switch (dtype) {
    case SLOTSCOPE_BOOL: DECODE(uint8_t, x != 0);
    case SLOTSCOPE_INT8: DECODE(int8_t, x);
    case SLOTSCOPE_UINT8: DECODE(uint8_t, x);
    case SLOTSCOPE_INT16: DECODE(int16_t, x);
    case SLOTSCOPE_UINT16: DECODE(uint16_t, x);
    case SLOTSCOPE_FLOAT16: DECODE(uint16_t, double_of_float16(x));
    case SLOTSCOPE_BFLOAT16: DECODE(uint16_t, double_of_bfloat16(x));
    case SLOTSCOPE_INT32: DECODE(int32_t, x);
    case SLOTSCOPE_UINT32: DECODE(uint32_t, x);
    case SLOTSCOPE_FLOAT32: DECODE(float, x);
    case SLOTSCOPE_INT64: DECODE(int64_t, (double)x);
    case SLOTSCOPE_UINT64: DECODE(uint64_t, (double)x);
    case SLOTSCOPE_FLOAT64: DECODE(double, x);
  }
}
