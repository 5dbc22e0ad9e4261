/// Philox4x32-10 and the float32 distributions made from it; the definition is in philox.h.
#include "philox.h"

#include <string.h>

#include "cpu.h"
#include "philox_constants.h"

#pragma STDC FP_CONTRACT OFF

void slotscope_philox4x32_10(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
  uint32_t x0 = counter[0], x1 = counter[1], x2 = counter[2], x3 = counter[3];
  uint32_t k0 = key[0], k1 = key[1];
  for (int round = 0; round < 10; round++) {
    uint64_t a = (uint64_t)PHILOX_M0 * x0;
    uint64_t b = (uint64_t)PHILOX_M1 * x2;
    x0 = (uint32_t)(b >> 32) ^ x1 ^ k0;
    x1 = (uint32_t)b;
    x2 = (uint32_t)(a >> 32) ^ x3 ^ k1;
    x3 = (uint32_t)a;
    k0 += PHILOX_W0;
    k1 += PHILOX_W1;
  }
  out[0] = x0;
  out[1] = x1;
  out[2] = x2;
  out[3] = x3;
}

static inline float float_of_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline uint32_t bits_of_float(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// r = sqrt(-2 ln u) of a word.
static inline float radius(uint32_t word) {
  float u = (float)word * 0x1p-32f + 0x1p-33f;
  int32_t shifted = (int32_t)(bits_of_float(u) - SQRT_HALF_BITS);
  float exponent = (float)(shifted >> 23);
  float x = float_of_bits((uint32_t)(shifted & 0x7fffff) + SQRT_HALF_BITS) - 1.0f;
  float p = LN_7;
  p = p * x + LN_6;
  p = p * x + LN_5;
  p = p * x + LN_4;
  p = p * x + LN_3;
  p = p * x + LN_2;
  p = p * x + LN_1;
  p = p * x + LN_0;
  float square = x * x;
  float ln = (x + (square * x * p - square * 0.5f)) + exponent * LN_TWO;
  return __builtin_sqrtf(-2.0f * ln);
}

/// The two normal values, at mean 0 and std 1, of a pair of words.
static inline void box_muller(uint32_t even, uint32_t odd, float out[2]) {
  float r = radius(even);
  float phi = (float)(int32_t)(odd << 2) * ANGLE_UNIT;
  float z = phi * phi;
  float s = phi + phi * z * ((SIN_2 * z + SIN_1) * z + SIN_0);
  float c = (1.0f - z * 0.5f) + z * z * ((COS_2 * z + COS_1) * z + COS_0);
  int swapped = (odd >> 30) & 1;
  uint32_t sin_sign = odd & 0x80000000u;
  uint32_t cos_sign = (odd ^ (odd << 1)) & 0x80000000u;
  out[0] = r * float_of_bits(bits_of_float(swapped ? s : c) ^ cos_sign);
  out[1] = r * float_of_bits(bits_of_float(swapped ? c : s) ^ sin_sign);
}

static inline void words_of_block(uint64_t key, uint32_t tensor, uint64_t block, uint32_t words[4]) {
  const uint32_t counter[4] = {(uint32_t)block, (uint32_t)(block >> 32), tensor, 0};
  const uint32_t keys[2] = {(uint32_t)key, (uint32_t)(key >> 32)};
  slotscope_philox4x32_10(counter, keys, words);
}

static inline void normal_block(uint64_t key, uint32_t tensor, uint64_t block, float mean, float std, float out[4]) {
  uint32_t w[4];
  words_of_block(key, tensor, block, w);
  box_muller(w[0], w[1], out);
  box_muller(w[2], w[3], out + 2);
  for (int i = 0; i < 4; i++) out[i] = mean + std * out[i];
}

static inline void uniform_block(uint64_t key, uint32_t tensor, uint64_t block, float lo, float hi, float out[4]) {
  uint32_t w[4];
  words_of_block(key, tensor, block, w);
  float width = hi - lo;
  for (int i = 0; i < 4; i++) out[i] = lo + width * ((float)(int32_t)(w[i] >> 8) * 0x1p-24f);
}

typedef void block_function(uint64_t, uint32_t, uint64_t, float, float, float[4]);

/// Any range, block by block; a block that the range cuts is made aside.
static inline void fill(block_function *make, uint64_t key, uint32_t tensor, uint64_t first, float *out, size_t count,
                        float a, float b) {
  while (count > 0) {
    size_t skip = first % 4;
    if (skip == 0 && count >= 4) {
      make(key, tensor, first / 4, a, b, out);
      first += 4, out += 4, count -= 4;
    } else {
      float block[4];
      make(key, tensor, first / 4, a, b, block);
      size_t taken = 4 - skip < count ? 4 - skip : count;
      memcpy(out, block + skip, taken * sizeof(float));
      first += taken, out += taken, count -= taken;
    }
  }
}

void slotscope_philox_normal_f32_portable(uint64_t key, uint32_t tensor, uint64_t first_element, float *out,
                                          size_t count, float mean, float std) {
  fill(normal_block, key, tensor, first_element, out, count, mean, std);
}

void slotscope_philox_uniform_f32_portable(uint64_t key, uint32_t tensor, uint64_t first_element, float *out,
                                           size_t count, float lo, float hi) {
  fill(uniform_block, key, tensor, first_element, out, count, lo, hi);
}

typedef void groups_function(uint64_t, uint32_t, uint64_t, float *, size_t, float, float);

/// Any range: the portable code up to a block boundary, `groups` for whole groups, then the portable
/// code again.
static inline void fill_in_groups(groups_function *groups, block_function *make, uint64_t key, uint32_t tensor,
                                  uint64_t first, float *out, size_t count, float a, float b) {
  size_t head = (4 - first % 4) % 4;
  if (head > count) head = count;
  fill(make, key, tensor, first, out, head, a, b);
  first += head, out += head, count -= head;
  size_t whole = count / PHILOX_GROUP, done = whole * PHILOX_GROUP;
  groups(key, tensor, first / 4, out, whole, a, b);
  fill(make, key, tensor, first + done, out + done, count - done, a, b);
}

void slotscope_philox_normal_f32(uint64_t key, uint32_t tensor, uint64_t first_element, float *out, size_t count,
                                 float mean, float std) {
#if SLOTSCOPE_HAS_AVX2_CODE
  if (slotscope_has_avx2()) {
    fill_in_groups(slotscope_philox_normal_groups_avx2, normal_block, key, tensor, first_element, out, count, mean,
                   std);
    return;
  }
#endif
  slotscope_philox_normal_f32_portable(key, tensor, first_element, out, count, mean, std);
}

void slotscope_philox_uniform_f32(uint64_t key, uint32_t tensor, uint64_t first_element, float *out, size_t count,
                                  float lo, float hi) {
#if SLOTSCOPE_HAS_AVX2_CODE
  if (slotscope_has_avx2()) {
    fill_in_groups(slotscope_philox_uniform_groups_avx2, uniform_block, key, tensor, first_element, out, count, lo,
                   hi);
    return;
  }
#endif
  slotscope_philox_uniform_f32_portable(key, tensor, first_element, out, count, lo, hi);
}
