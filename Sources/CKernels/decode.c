/// Elements of any dtype as doubles.
#include <math.h>
#include <string.h>

#include "dequantize.h"
#include "kernels.h"

#pragma STDC FP_CONTRACT OFF

SlotscopeBlock slotscope_block(SlotscopeDType dtype) {
  switch (dtype) {
    case SLOTSCOPE_BOOL:
    case SLOTSCOPE_INT8:
    case SLOTSCOPE_UINT8: return (SlotscopeBlock){1, 1};
    case SLOTSCOPE_INT16:
    case SLOTSCOPE_UINT16:
    case SLOTSCOPE_FLOAT16:
    case SLOTSCOPE_BFLOAT16: return (SlotscopeBlock){1, 2};
    case SLOTSCOPE_INT32:
    case SLOTSCOPE_UINT32:
    case SLOTSCOPE_FLOAT32: return (SlotscopeBlock){1, 4};
    case SLOTSCOPE_INT64:
    case SLOTSCOPE_UINT64:
    case SLOTSCOPE_FLOAT64:
    case SLOTSCOPE_COMPLEX64: return (SlotscopeBlock){1, 8};
    case SLOTSCOPE_COMPLEX128: return (SlotscopeBlock){1, 16};
    case SLOTSCOPE_FLOAT8_E4M3FN:
    case SLOTSCOPE_FLOAT8_E5M2:
    case SLOTSCOPE_FLOAT8_E4M3FNUZ:
    case SLOTSCOPE_FLOAT8_E5M2FNUZ:
    case SLOTSCOPE_FLOAT8_E8M0FNU: return (SlotscopeBlock){1, 1};
    case SLOTSCOPE_FLOAT6_E2M3FN:
    case SLOTSCOPE_FLOAT6_E3M2FN: return (SlotscopeBlock){4, 3};
    case SLOTSCOPE_FLOAT4_E2M1FN: return (SlotscopeBlock){2, 1};
    case SLOTSCOPE_Q4_0:
    case SLOTSCOPE_IQ4_NL: return (SlotscopeBlock){32, 18};
    case SLOTSCOPE_Q4_1: return (SlotscopeBlock){32, 20};
    case SLOTSCOPE_Q5_0: return (SlotscopeBlock){32, 22};
    case SLOTSCOPE_Q5_1: return (SlotscopeBlock){32, 24};
    case SLOTSCOPE_Q8_0: return (SlotscopeBlock){32, 34};
    case SLOTSCOPE_MXFP4: return (SlotscopeBlock){32, 17};
    case SLOTSCOPE_Q2_K: return (SlotscopeBlock){256, 84};
    case SLOTSCOPE_Q3_K: return (SlotscopeBlock){256, 110};
    case SLOTSCOPE_Q4_K: return (SlotscopeBlock){256, 144};
    case SLOTSCOPE_Q5_K: return (SlotscopeBlock){256, 176};
    case SLOTSCOPE_Q6_K: return (SlotscopeBlock){256, 210};
    case SLOTSCOPE_IQ4_XS: return (SlotscopeBlock){256, 136};
    case SLOTSCOPE_TQ1_0: return (SlotscopeBlock){256, 54};
    case SLOTSCOPE_TQ2_0: return (SlotscopeBlock){256, 66};
  }
  return (SlotscopeBlock){1, 1};
}

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

/// A float of 8 bits or less: sign, exponent, mantissa. `bias` is that of the exponent.
static inline double double_of_fields(uint8_t bits, int exponent_bits, int mantissa_bits, int bias) {
  int exponent = bits >> mantissa_bits & ((1 << exponent_bits) - 1);
  int mantissa = bits & ((1 << mantissa_bits) - 1);
  if (exponent != 0) mantissa |= 1 << mantissa_bits;
  int shift = (exponent != 0 ? exponent : 1) - bias - mantissa_bits;
  double value = mantissa * double_of_bits((uint64_t)(shift + 1023) << 52);
  return bits >> (exponent_bits + mantissa_bits) & 1 ? -value : value;
}

static double double_of_float8_e4m3fn(uint8_t x) {
  return (x & 0x7f) == 0x7f ? double_of_bits(0x7ff8000000000000u) : double_of_fields(x, 4, 3, 7);
}
static double double_of_float8_e5m2(uint8_t x) { return double_of_float16((uint16_t)(x << 8)); }
/// Of the `uz` ones negative zero is the only NaN.
static double double_of_float8_e4m3fnuz(uint8_t x) {
  return x == 0x80 ? double_of_bits(0x7ff8000000000000u) : double_of_fields(x, 4, 3, 8);
}
static double double_of_float8_e5m2fnuz(uint8_t x) {
  return x == 0x80 ? double_of_bits(0x7ff8000000000000u) : double_of_fields(x, 5, 2, 16);
}
/// A power of two, 2^(x - 127), and nothing else.
static double double_of_float8_e8m0fnu(uint8_t x) {
  return double_of_bits(x == 0xff ? 0x7ff8000000000000u : (uint64_t)(x - 127 + 1023) << 52);
}

typedef struct {
  float parts[2];
} Complex64;
typedef struct {
  double parts[2];
} Complex128;

/// √(re² + im²). Of floats the squares fit a double.
static double magnitude_of_floats(const float *x) {
  double re = x[0], im = x[1];
  if (isinf(re) || isinf(im)) return INFINITY;
  return sqrt(re * re + im * im);
}

/// Of doubles the squares are taken of numbers near 1, with what rounding loses of them; the root is then corrected by
/// what its own square misses.
static double magnitude_of_doubles(const double *x) {
  double re = fabs(x[0]), im = fabs(x[1]);
  if (isinf(re) || isinf(im)) return INFINITY;
  double large = re > im ? re : im, small = re > im ? im : re;
  if (!(large > 0) || isnan(small)) return re + im;
  int exponent = ilogb(large);
  large = scalbn(large, -exponent);
  small = scalbn(small, -exponent);
  double high = large * large, low = fma(large, large, -high);
  double square = small * small, sum = high + square;
  low += (square - (sum - high)) + fma(small, small, -square);
  double root = sqrt(sum);
  return scalbn(root + (fma(-root, root, sum) + low) / (2 * root), exponent);
}

/// Four elements of six bits in three bytes.
static void decode_float6(const unsigned char *data, size_t count, int exponent_bits, double *out) {
  int mantissa_bits = 5 - exponent_bits, bias = exponent_bits == 2 ? 1 : 3;
  for (size_t i = 0; i < count; i += 4, data += 3) {
    uint32_t four = data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16;
    for (int k = 0; k < 4; k++)
      out[i + k] = double_of_fields(four >> 6 * k & 63, exponent_bits, mantissa_bits, bias);
  }
}

/// Two elements of four bits in a byte.
static void decode_float4(const unsigned char *data, size_t count, double *out) {
  for (size_t i = 0; i < count; i += 2, data++) {
    out[i] = double_of_fields(*data & 15, 2, 1, 1);
    out[i + 1] = double_of_fields(*data >> 4, 2, 1, 1);
  }
}

/// By way of floats, a few blocks at a time.
static void decode_quantized(SlotscopeDType dtype, const unsigned char *data, size_t count, double *out) {
  SlotscopeBlock block = slotscope_block(dtype);
  float floats[1024];
  for (size_t n; count > 0; data += n / block.elements * block.bytes, count -= n, out += n) {
    n = count < 1024 ? count : 1024;
    slotscope_dequantize_f32(dtype, data, n / block.elements, floats);
    for (size_t i = 0; i < n; i++) out[i] = floats[i];
  }
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
    case SLOTSCOPE_COMPLEX64: DECODE(Complex64, magnitude_of_floats(x.parts));
    case SLOTSCOPE_COMPLEX128: DECODE(Complex128, magnitude_of_doubles(x.parts));
    case SLOTSCOPE_FLOAT8_E4M3FN: DECODE(uint8_t, double_of_float8_e4m3fn(x));
    case SLOTSCOPE_FLOAT8_E5M2: DECODE(uint8_t, double_of_float8_e5m2(x));
    case SLOTSCOPE_FLOAT8_E4M3FNUZ: DECODE(uint8_t, double_of_float8_e4m3fnuz(x));
    case SLOTSCOPE_FLOAT8_E5M2FNUZ: DECODE(uint8_t, double_of_float8_e5m2fnuz(x));
    case SLOTSCOPE_FLOAT8_E8M0FNU: DECODE(uint8_t, double_of_float8_e8m0fnu(x));
    case SLOTSCOPE_FLOAT6_E2M3FN: decode_float6(data, count, 2, out); return;
    case SLOTSCOPE_FLOAT6_E3M2FN: decode_float6(data, count, 3, out); return;
    case SLOTSCOPE_FLOAT4_E2M1FN: decode_float4(data, count, out); return;
    default: decode_quantized(dtype, data, count, out);
  }
}
