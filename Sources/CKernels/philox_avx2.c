/// The generator of philox.c, a group at a time. Operation for operation the same arithmetic, so the same bits.
#include "cpu.h"

#if SLOTSCOPE_HAS_AVX2_CODE
#include <immintrin.h>

#include "philox_constants.h"

#pragma STDC FP_CONTRACT OFF

#define INLINE static inline __attribute__((always_inline)) SLOTSCOPE_AVX2

/// The round keys, spread over the lanes.
typedef struct {
  __m256i k0[10], k1[10];
} RoundKeys;

/// Four blocks: each word in the low half of a 64-bit lane, so that `_mm256_mul_epu32` finds it there. The high
/// halves hold rubbish.
typedef struct {
  __m256i x0, x1, x2, x3;
} FourBlocks;

INLINE RoundKeys round_keys(uint64_t key) {
  RoundKeys keys;
  uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  for (int round = 0; round < 10; round++) {
    keys.k0[round] = _mm256_set1_epi64x(k0);
    keys.k1[round] = _mm256_set1_epi64x(k1);
    k0 += PHILOX_W0;
    k1 += PHILOX_W1;
  }
  return keys;
}

INLINE FourBlocks four_blocks(__m256i block, __m256i tensor) {
  return (FourBlocks){block, _mm256_srli_epi64(block, 32), tensor, _mm256_setzero_si256()};
}

/// The high half of every 64-bit lane, moved to the low half (a shuffle: shifts share their ports with products).
INLINE __m256i high_halves(__m256i products) { return _mm256_shuffle_epi32(products, 0xF5); }

INLINE void philox_round(FourBlocks *b, __m256i k0, __m256i k1) {
  __m256i p = _mm256_mul_epu32(_mm256_set1_epi64x(PHILOX_M0), b->x0);
  __m256i q = _mm256_mul_epu32(_mm256_set1_epi64x(PHILOX_M1), b->x2);
  b->x0 = _mm256_xor_si256(_mm256_xor_si256(high_halves(q), b->x1), k0);
  b->x1 = q;
  b->x2 = _mm256_xor_si256(_mm256_xor_si256(high_halves(p), b->x3), k1);
  b->x3 = p;
}

/// a0 b0 a1 b1 …: the low halves of the 64-bit lanes of `a` and `b`, alternating.
INLINE __m256i alternate(__m256i a, __m256i b) {
  return _mm256_blend_epi32(a, _mm256_slli_epi64(b, 32), 0xAA);
}

/// Times four blocks that are made together: a round waits long for its products, so several are kept under way.
#define TOGETHER (PHILOX_GROUP / 16)

/// The blocks of a group.
INLINE void group_of_blocks(uint64_t block, __m256i tensor, const RoundKeys *keys, FourBlocks out[TOGETHER]) {
  __m256i first = _mm256_add_epi64(_mm256_set1_epi64x((long long)block), _mm256_setr_epi64x(0, 1, 2, 3));
#pragma clang loop unroll(full)
  for (int i = 0; i < TOGETHER; i++) out[i] = four_blocks(_mm256_add_epi64(first, _mm256_set1_epi64x(4 * i)), tensor);
#pragma clang loop unroll(full)
  for (int round = 0; round < 10; round++) {
#pragma clang loop unroll(full)
    for (int i = 0; i < TOGETHER; i++) philox_round(&out[i], keys->k0[round], keys->k1[round]);
  }
}

INLINE __m256 add(__m256 a, __m256 b) { return _mm256_add_ps(a, b); }
INLINE __m256 mul(__m256 a, __m256 b) { return _mm256_mul_ps(a, b); }
INLINE __m256 constant(float value) { return _mm256_set1_ps(value); }

/// (float)word for unsigned words: both halves are exact, so that the sum rounds once, as the scalar conversion does.
INLINE __m256 float_of_unsigned(__m256i words) {
  __m256 high = _mm256_cvtepi32_ps(_mm256_srli_epi32(words, 16));
  __m256 low = _mm256_cvtepi32_ps(_mm256_and_si256(words, _mm256_set1_epi32(0xffff)));
  return add(mul(high, constant(65536.0f)), low);
}

INLINE __m256 radius(__m256i words) {
  __m256 u = add(mul(float_of_unsigned(words), constant(0x1p-32f)), constant(0x1p-33f));
  __m256i cut = _mm256_set1_epi32((int)SQRT_HALF_BITS);
  __m256i shifted = _mm256_sub_epi32(_mm256_castps_si256(u), cut);
  __m256 exponent = _mm256_cvtepi32_ps(_mm256_srai_epi32(shifted, 23));
  __m256i mantissa = _mm256_add_epi32(_mm256_and_si256(shifted, _mm256_set1_epi32(0x7fffff)), cut);
  __m256 x = _mm256_sub_ps(_mm256_castsi256_ps(mantissa), constant(1.0f));
  __m256 p = constant(LN_7);
  p = add(mul(p, x), constant(LN_6));
  p = add(mul(p, x), constant(LN_5));
  p = add(mul(p, x), constant(LN_4));
  p = add(mul(p, x), constant(LN_3));
  p = add(mul(p, x), constant(LN_2));
  p = add(mul(p, x), constant(LN_1));
  p = add(mul(p, x), constant(LN_0));
  __m256 square = mul(x, x);
  __m256 tail = _mm256_sub_ps(mul(mul(square, x), p), mul(square, constant(0.5f)));
  __m256 ln = add(add(x, tail), mul(exponent, constant(LN_TWO)));
  return _mm256_sqrt_ps(mul(constant(-2.0f), ln));
}

/// The normal values of four blocks, in order.
INLINE void box_muller(const FourBlocks *b, __m256 mean, __m256 std, float out[16]) {
  __m256 r = radius(alternate(b->x0, b->x2));
  __m256i odd = alternate(b->x1, b->x3);
  __m256 phi = mul(_mm256_cvtepi32_ps(_mm256_slli_epi32(odd, 2)), constant(ANGLE_UNIT));
  __m256 z = mul(phi, phi);
  __m256 s = add(mul(add(mul(constant(SIN_2), z), constant(SIN_1)), z), constant(SIN_0));
  s = add(phi, mul(mul(phi, z), s));
  __m256 c = add(mul(add(mul(constant(COS_2), z), constant(COS_1)), z), constant(COS_0));
  c = add(_mm256_sub_ps(constant(1.0f), mul(z, constant(0.5f))), mul(mul(z, z), c));
  __m256i sign = _mm256_set1_epi32((int)0x80000000u);
  __m256i doubled = _mm256_slli_epi32(odd, 1);
  __m256 swapped = _mm256_castsi256_ps(doubled);
  __m256i sin_sign = _mm256_and_si256(odd, sign);
  __m256i cos_sign = _mm256_and_si256(_mm256_xor_si256(odd, doubled), sign);
  __m256 cosine = _mm256_xor_ps(_mm256_blendv_ps(c, s, swapped), _mm256_castsi256_ps(cos_sign));
  __m256 sine = _mm256_xor_ps(_mm256_blendv_ps(s, c, swapped), _mm256_castsi256_ps(sin_sign));
  cosine = add(mean, mul(std, mul(r, cosine)));
  sine = add(mean, mul(std, mul(r, sine)));
  __m256 even_blocks = _mm256_unpacklo_ps(cosine, sine);
  __m256 odd_blocks = _mm256_unpackhi_ps(cosine, sine);
  _mm256_storeu_ps(out, _mm256_permute2f128_ps(even_blocks, odd_blocks, 0x20));
  _mm256_storeu_ps(out + 8, _mm256_permute2f128_ps(even_blocks, odd_blocks, 0x31));
}

/// The uniform values of four blocks, in order.
INLINE void uniform(const FourBlocks *b, __m256 lo, __m256 width, float out[16]) {
  __m256i early = alternate(b->x0, b->x1), late = alternate(b->x2, b->x3);
  __m256i even_blocks = _mm256_unpacklo_epi64(early, late);
  __m256i odd_blocks = _mm256_unpackhi_epi64(early, late);
  __m256i words[2] = {_mm256_permute2x128_si256(even_blocks, odd_blocks, 0x20),
                      _mm256_permute2x128_si256(even_blocks, odd_blocks, 0x31)};
  for (int i = 0; i < 2; i++) {
    __m256 u = mul(_mm256_cvtepi32_ps(_mm256_srli_epi32(words[i], 8)), constant(0x1p-24f));
    _mm256_storeu_ps(out + 8 * i, add(lo, mul(width, u)));
  }
}

SLOTSCOPE_AVX2 void slotscope_philox_normal_groups_avx2(uint64_t key, uint32_t tensor, uint64_t block, float *out,
                                                        size_t groups, float mean, float std) {
  RoundKeys keys = round_keys(key);
  __m256i ordinal = _mm256_set1_epi64x(tensor);
  for (size_t group = 0; group < groups; group++) {
    FourBlocks blocks[TOGETHER];
    group_of_blocks(block, ordinal, &keys, blocks);
    for (int i = 0; i < TOGETHER; i++) box_muller(&blocks[i], constant(mean), constant(std), out + 16 * i);
    block += PHILOX_GROUP / 4;
    out += PHILOX_GROUP;
  }
}

SLOTSCOPE_AVX2 void slotscope_philox_uniform_groups_avx2(uint64_t key, uint32_t tensor, uint64_t block, float *out,
                                                        size_t groups, float lo, float hi) {
  RoundKeys keys = round_keys(key);
  __m256i ordinal = _mm256_set1_epi64x(tensor);
  for (size_t group = 0; group < groups; group++) {
    FourBlocks blocks[TOGETHER];
    group_of_blocks(block, ordinal, &keys, blocks);
    for (int i = 0; i < TOGETHER; i++) uniform(&blocks[i], constant(lo), constant(hi - lo), out + 16 * i);
    block += PHILOX_GROUP / 4;
    out += PHILOX_GROUP;
  }
}
#endif
