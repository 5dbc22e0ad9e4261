/// Quantised blocks as floats.
///
/// What a block holds, in its order of bytes. d, m: binary16. A list of n-bit numbers has the elements' order noted,
/// since GGML puts elements that are far from each other into one byte.
///
///   Q4_0     d, 16 bytes: element i in the low half of byte i, element i + 16 in its high half     d (q - 8)
///   Q4_1     d, m, 16 bytes likewise                                                              d q + m
///   Q5_0     d, 32 high bits (bit i: element i), 16 bytes likewise                                 d (q - 16)
///   Q5_1     d, m, 32 high bits, 16 bytes likewise                                                d q + m
///   Q8_0     d, 32 signed bytes                                                                   q d
///   IQ4_NL   d, 16 bytes as Q4_0: places in a table                                               d table[q]
///   MXFP4    a power of two, 16 bytes as Q4_0: places in a table                                   d table[q]
///
/// Blocks of 256 have groups of 16 or 32 elements with a scale each (and an offset each).
///
///   Q2_K     16 bytes: scale (low half) and offset (high half) of groups of 16; 64 bytes of 2-bit
///            numbers; d, m                                                           (d scale) q - (m offset)
///   Q3_K     32 bytes of high bits; 64 bytes of 2-bit numbers; 16 scales of 6 bits;
///            d                                          (d (scale - 32)) (q - 4, or q where the high bit is set)
///   Q4_K     d, m; 8 scales and 8 offsets of 6 bits for groups of 32; 128 bytes       (d scale) q - (m offset)
///   Q5_K     the same, with 32 bytes of high bits before the 128                      (d scale) q - (m offset)
///   Q6_K     128 bytes of low halves; 64 bytes of 2 high bits; 16 signed scales; d    (d scale) (q - 32)
///   IQ4_XS   d; 8 scales of 6 bits: 2 bytes of their high 2 bits, 4 of their low
///            halves; 128 bytes: places in the table of IQ4_NL                          (d (scale - 32)) table[q]
///   TQ1_0    52 bytes with 5 (the last 4: 4) digits of base 3 each, as a fraction; d  d (digit - 1)
///   TQ2_0    64 bytes of 2-bit numbers; d                                             d (q - 1)
///
/// 2-bit numbers: element 128 h + 32 j + i is in bits 2 j of byte 32 h + i.
#include <math.h>
#include <string.h>

#include "dequantize.h"

#pragma STDC FP_CONTRACT OFF

/// IEEE 754 binary16, by its fields.
static inline float half(const uint8_t *bytes) {
  uint32_t bits = bytes[0] | (uint32_t)bytes[1] << 8;
  uint32_t sign = bits >> 15 << 31, exponent = bits >> 10 & 31, fraction = bits & 1023;
  if (exponent == 0) {
    float tiny = (float)fraction * 0x1p-24f;
    return sign ? -tiny : tiny;
  }
  uint32_t wide = sign | (exponent == 31 ? 0x7f800000u : (exponent + 127 - 15) << 23) | fraction << 13;
  float value;
  memcpy(&value, &wide, sizeof value);
  return value;
}

/// 2^(x - 128): half of what E8M0 says, since the table of MXFP4 has the doubles of its values. GGML knows no NaN here.
static inline float half_power(uint8_t x) {
  uint32_t bits = x < 2 ? 0x00200000u << x : (uint32_t)(x - 1) << 23;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static const int8_t values_iq4[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
static const int8_t values_mxfp4[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

static void q4_0(const uint8_t *x, float *out) {
  float d = half(x);
  const uint8_t *qs = x + 2;
  for (int i = 0; i < 16; i++) out[i] = d * (float)((qs[i] & 15) - 8);
  for (int i = 0; i < 16; i++) out[i + 16] = d * (float)((qs[i] >> 4) - 8);
}

static void q4_1(const uint8_t *x, float *out) {
  float d = half(x), m = half(x + 2);
  const uint8_t *qs = x + 4;
  for (int i = 0; i < 16; i++) out[i] = d * (float)(qs[i] & 15) + m;
  for (int i = 0; i < 16; i++) out[i + 16] = d * (float)(qs[i] >> 4) + m;
}

/// The 5-bit numbers of 32 elements: their high bits, one each, then the low halves as in Q4_0.
static inline void five_bits(const uint8_t *high, const uint8_t *low, uint8_t *q) {
  uint32_t bits = high[0] | (uint32_t)high[1] << 8 | (uint32_t)high[2] << 16 | (uint32_t)high[3] << 24;
  for (int i = 0; i < 16; i++) {
    q[i] = (uint8_t)((low[i] & 15) | (bits >> i & 1) << 4);
    q[i + 16] = (uint8_t)(low[i] >> 4 | (bits >> (i + 16) & 1) << 4);
  }
}

static void q5_0(const uint8_t *x, float *out) {
  float d = half(x);
  uint8_t q[32];
  five_bits(x + 2, x + 6, q);
  for (int i = 0; i < 32; i++) out[i] = d * (float)(q[i] - 16);
}

static void q5_1(const uint8_t *x, float *out) {
  float d = half(x), m = half(x + 2);
  uint8_t q[32];
  five_bits(x + 4, x + 8, q);
  for (int i = 0; i < 32; i++) out[i] = d * (float)q[i] + m;
}

static void q8_0(const uint8_t *x, float *out) {
  float d = half(x);
  for (int i = 0; i < 32; i++) out[i] = (float)(int8_t)x[2 + i] * d;
}

static inline void looked_up(const int8_t *values, float d, const uint8_t *qs, float *out) {
  for (int i = 0; i < 16; i++) {
    out[i] = d * (float)values[qs[i] & 15];
    out[i + 16] = d * (float)values[qs[i] >> 4];
  }
}

static void iq4_nl(const uint8_t *x, float *out) { looked_up(values_iq4, half(x), x + 2, out); }

static void mxfp4(const uint8_t *x, float *out) { looked_up(values_mxfp4, half_power(x[0]), x + 1, out); }

static void q2_k(const uint8_t *x, float *out) {
  const uint8_t *scales = x, *qs = x + 16;
  float d = half(x + 80), m = half(x + 82);
  for (int group = 0; group < 16; group++, out += 16) {
    float scale = d * (float)(scales[group] & 15), offset = m * (float)(scales[group] >> 4);
    const uint8_t *q = qs + 32 * (group / 8) + 16 * (group % 2);
    int shift = group % 8 / 2 * 2;
    for (int i = 0; i < 16; i++) out[i] = scale * (float)(q[i] >> shift & 3) - offset;
  }
}

static void q3_k(const uint8_t *x, float *out) {
  const uint8_t *high = x, *qs = x + 32, *scales = x + 96;
  float d = half(x + 108);
  for (int group = 0; group < 16; group++, out += 16) {
    int low = group < 8 ? scales[group] & 15 : scales[group - 8] >> 4;
    int scale6 = low | (scales[8 + group % 4] >> group / 4 * 2 & 3) << 4;
    float scale = d * (float)(scale6 - 32);
    const uint8_t *q = qs + 32 * (group / 8) + 16 * (group % 2), *h = high + 16 * (group % 2);
    int shift = group % 8 / 2 * 2, bit = group / 2;
    for (int i = 0; i < 16; i++)
      out[i] = scale * (float)((q[i] >> shift & 3) - ((h[i] >> bit & 1) ^ 1) * 4);
  }
}

/// The scale and the offset of a group of Q4_K and Q5_K: of the first four in six bits of a byte each, of the others the
/// low four bits in the last four bytes and the high two above those six.
static inline void scale_and_offset(const uint8_t *packed, int group, float *scale, float *offset) {
  if (group < 4) {
    *scale = (float)(packed[group] & 63);
    *offset = (float)(packed[group + 4] & 63);
  } else {
    *scale = (float)((packed[group + 4] & 15) | packed[group - 4] >> 6 << 4);
    *offset = (float)(packed[group + 4] >> 4 | packed[group] >> 6 << 4);
  }
}

static void q4_k(const uint8_t *x, float *out) {
  float d = half(x), m = half(x + 2);
  const uint8_t *packed = x + 4, *qs = x + 16;
  for (int group = 0; group < 8; group++, out += 32) {
    float scale, offset;
    scale_and_offset(packed, group, &scale, &offset);
    scale = d * scale;
    offset = m * offset;
    const uint8_t *q = qs + 32 * (group / 2);
    int shift = 4 * (group % 2);
    for (int i = 0; i < 32; i++) out[i] = scale * (float)(q[i] >> shift & 15) - offset;
  }
}

static void q5_k(const uint8_t *x, float *out) {
  float d = half(x), m = half(x + 2);
  const uint8_t *packed = x + 4, *high = x + 16, *qs = x + 48;
  for (int group = 0; group < 8; group++, out += 32) {
    float scale, offset;
    scale_and_offset(packed, group, &scale, &offset);
    scale = d * scale;
    offset = m * offset;
    const uint8_t *q = qs + 32 * (group / 2);
    int shift = 4 * (group % 2);
    for (int i = 0; i < 32; i++)
      out[i] = scale * (float)((q[i] >> shift & 15) | (high[i] >> group & 1) << 4) - offset;
  }
}

static void q6_k(const uint8_t *x, float *out) {
  const uint8_t *lows = x, *highs = x + 128;
  const int8_t *scales = (const int8_t *)(x + 192);
  float d = half(x + 208);
  for (int group = 0; group < 16; group++, out += 16) {
    float scale = d * (float)scales[group];
    int in_half = group % 8, sixteen = 16 * (group % 2);
    const uint8_t *low = lows + 64 * (group / 8) + 32 * (in_half / 2 % 2) + sixteen;
    const uint8_t *high = highs + 32 * (group / 8) + sixteen;
    int low_shift = in_half / 4 * 4, high_shift = in_half / 2 * 2;
    for (int i = 0; i < 16; i++)
      out[i] = scale * (float)(((low[i] >> low_shift & 15) | (high[i] >> high_shift & 3) << 4) - 32);
  }
}

static void iq4_xs(const uint8_t *x, float *out) {
  float d = half(x);
  uint32_t highs = x[2] | (uint32_t)x[3] << 8;
  const uint8_t *lows = x + 4, *qs = x + 8;
  for (int group = 0; group < 8; group++, out += 32) {
    int scale = (lows[group / 2] >> group % 2 * 4 & 15) | (int)(highs >> 2 * group & 3) << 4;
    looked_up(values_iq4, d * (float)(scale - 32), qs + 16 * group, out);
  }
}

/// Digits of base 3: the byte is their fraction, times 256; digit n is the whole part of 3 times the byte's rest after n
/// digits, which are taken off by letting the product with 3^n overflow.
static inline float *digits(const uint8_t *bytes, int byte_count, int digit_count, float d, float *out) {
  uint8_t power = 1;
  for (int n = 0; n < digit_count; n++, power *= 3, out += byte_count)
    for (int i = 0; i < byte_count; i++) {
      uint8_t rest = (uint8_t)(bytes[i] * power);
      out[i] = d * (float)((rest * 3 >> 8) - 1);
    }
  return out;
}

static void tq1_0(const uint8_t *x, float *out) {
  float d = half(x + 52);
  out = digits(x, 32, 5, d, out);
  out = digits(x + 32, 16, 5, d, out);
  digits(x + 48, 4, 4, d, out);
}

static void tq2_0(const uint8_t *x, float *out) {
  float d = half(x + 64);
  for (int group = 0; group < 8; group++, out += 32) {
    const uint8_t *q = x + 32 * (group / 4);
    int shift = group % 4 * 2;
    for (int i = 0; i < 32; i++) out[i] = d * (float)((q[i] >> shift & 3) - 1);
  }
}

typedef void (*Dequantizer)(const uint8_t *block, float *out);

static Dequantizer dequantizer(SlotscopeDType dtype) {
  switch (dtype) {
    case SLOTSCOPE_Q4_0: return q4_0;
    case SLOTSCOPE_Q4_1: return q4_1;
    case SLOTSCOPE_Q5_0: return q5_0;
    case SLOTSCOPE_Q5_1: return q5_1;
    case SLOTSCOPE_Q8_0: return q8_0;
    case SLOTSCOPE_Q2_K: return q2_k;
    case SLOTSCOPE_Q3_K: return q3_k;
    case SLOTSCOPE_Q4_K: return q4_k;
    case SLOTSCOPE_Q5_K: return q5_k;
    case SLOTSCOPE_Q6_K: return q6_k;
    case SLOTSCOPE_IQ4_NL: return iq4_nl;
    case SLOTSCOPE_IQ4_XS: return iq4_xs;
    case SLOTSCOPE_TQ1_0: return tq1_0;
    case SLOTSCOPE_TQ2_0: return tq2_0;
    case SLOTSCOPE_MXFP4: return mxfp4;
    default: return NULL;
  }
}

int slotscope_is_quantized(SlotscopeDType dtype) { return dequantizer(dtype) != NULL; }

void slotscope_dequantize_f32(SlotscopeDType dtype, const void *blocks, size_t block_count, float *out) {
  SlotscopeBlock block = slotscope_block(dtype);
  Dequantizer dequantize = dequantizer(dtype);
  const uint8_t *from = blocks;
  for (size_t i = 0; i < block_count; i++, from += block.bytes, out += block.elements) {
    if (dequantize) {
      dequantize(from, out);
    } else {
      for (size_t k = 0; k < block.elements; k++) out[k] = NAN;
    }
  }
}
