/// Random numbers by position: Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
/// 1, 2, 3" (SC11), and float32 values made from it.
///
/// Element i of tensor t under the seed k depends on (k, t, i) alone, so any range can be made by anyone:
///
///     block   = i / 4
///     counter = (block & 0xffffffff, block >> 32, t, 0)
///     key     = (k & 0xffffffff, k >> 32)
///     w[0..3] = philox4x32_10(counter, key)       element i comes from word i % 4 (uniform), or from its pair (normal)
///
/// uniform: lo + (hi - lo) * u, u = (w >> 8) / 2^24 in [0, 1). The last rounding may give hi itself.
///
/// normal: Box and Muller's transform of the word pairs (w0, w1) and (w2, w3):
///
///     u     = w_even / 2^32 + 2^-33                   in (0, 1], in float32
///     r     = sqrt(-2 ln u)                           at most 6.77
///     angle = (w_odd >> 30) π/2 + φ,  φ = (int32_t)(w_odd << 2) π / 2^33 in [-π/4, π/4)
///     elements 2j and 2j + 1 = mean + std * (r cos angle), mean + std * (r sin angle)
///
/// ln, sin and cos are polynomials in float32 (philox_constants.h): a value differs from the exact transform of (u, φ)
/// by less than 1.5e-6 (at mean 0 and std 1), by less than 5e-7 where |value| < 1. The largest possible |value| is 6.77.
#ifndef SLOTSCOPE_PHILOX_H
#define SLOTSCOPE_PHILOX_H

#include <stddef.h>
#include <stdint.h>

/// The raw block: four random words of a counter and a key.
void slotscope_philox4x32_10(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/// Elements `first_element ..< first_element + count` of a tensor of normally distributed values.
void slotscope_philox_normal_f32(uint64_t key, uint32_t tensor, uint64_t first_element, float *out, size_t count,
                                 float mean, float std);
void slotscope_philox_normal_f32_portable(uint64_t key, uint32_t tensor, uint64_t first_element, float *out,
                                          size_t count, float mean, float std);

/// Elements `first_element ..< first_element + count` of a tensor of values uniform between `lo` and `hi`.
void slotscope_philox_uniform_f32(uint64_t key, uint32_t tensor, uint64_t first_element, float *out, size_t count,
                                  float lo, float hi);
void slotscope_philox_uniform_f32_portable(uint64_t key, uint32_t tensor, uint64_t first_element, float *out,
                                           size_t count, float lo, float hi);

#endif
