/// What the portable and the AVX2 code of the generator share.
#ifndef SLOTSCOPE_PHILOX_CONSTANTS_H
#define SLOTSCOPE_PHILOX_CONSTANTS_H

#include <stddef.h>
#include <stdint.h>

// The multipliers and key increments of the paper.
#define PHILOX_M0 0xD2511F53u
#define PHILOX_M1 0xCD9E8D57u
#define PHILOX_W0 0x9E3779B9u
#define PHILOX_W1 0xBB67AE85u

// ln(1 + x) = x - x²/2 + x³ (LN_0 + LN_1 x + … + LN_7 x⁷) for 1 + x in [√½, √2): interpolated at the Chebyshev nodes,
// within 1.4e-8 before rounding.
#define LN_0 0.3333333f
#define LN_1 -0.25000307f
#define LN_2 0.20001045f
#define LN_3 -0.16641282f
#define LN_4 0.14214496f
#define LN_5 -0.12998183f
#define LN_6 0.12622319f
#define LN_7 -0.07902744f
#define LN_TWO 0.6931472f
/// The bits of √½: where the mantissa's range is cut.
#define SQRT_HALF_BITS 0x3f3504f3u

// sin φ = φ + φ³ (SIN_0 + SIN_1 z + SIN_2 z²) and cos φ = 1 - z/2 + z² (COS_0 + COS_1 z + COS_2 z²), z = φ², for
// |φ| <= π/4: likewise, within 1e-8 and 8e-10.
#define SIN_0 -0.16666664f
#define SIN_1 0.008332748f
#define SIN_2 -0.0001958789f
#define COS_0 0.041666664f
#define COS_1 -0.0013888302f
#define COS_2 2.4547942e-05f
/// π/4 / 2^31: makes φ of an int32.
#define ANGLE_UNIT 3.6572952e-10f

/// Elements that the AVX2 code makes together.
#define PHILOX_GROUP 64

/// `groups` groups of elements, from the block `block` on. For callers that know the processor has AVX2.
void slotscope_philox_normal_groups_avx2(uint64_t key, uint32_t tensor, uint64_t block, float *out, size_t groups,
                                         float mean, float std);
void slotscope_philox_uniform_groups_avx2(uint64_t key, uint32_t tensor, uint64_t block, float *out, size_t groups,
                                          float lo, float hi);

#endif
