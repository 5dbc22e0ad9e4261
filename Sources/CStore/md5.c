// MD5 of two streams at once, written from RFC 1321. Little-endian machines only, as all of the program.

#include "md5.h"

#include <string.h>

enum { BLOCK = 64 };

void slotscope_md5_begin(SlotscopeMD5 *md5) {
  *md5 = (SlotscopeMD5){.state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}};
}

static inline uint32_t word(const uint8_t *block, int index) {
  uint32_t value;
  memcpy(&value, block + 4 * index, sizeof value);
  return value;
}

static inline uint32_t rotated(uint32_t value, int bits) { return value << bits | value >> (32 - bits); }

// A step: the RFC's function of b, c and d, the message's word and a constant are added to a, which is rotated and added
// to b. Only b comes from the step before: what does not need it is added first, and KEPT keeps compilers from mixing
// the two again (clang's MD5 then is a fifth slower). In G the two halves have no bit in common, so that they can be
// added one by one.
#define KEPT(value) __asm__("" : "+r"(value))

#define F(a, b, c, d) a += (d) ^ ((b) & ((c) ^ (d)));
#define G(a, b, c, d) \
  a += ~(d) & (c);    \
  KEPT(a);            \
  a += (d) & (b);
#define H(a, b, c, d) a += ((c) ^ (d)) ^ (b);
#define I(a, b, c, d) a += ((b) | ~(d)) ^ (c);

#define ONE(f, a, b, c, d, block, k, s, t) \
  a += word(block, k) + t;                 \
  KEPT(a);                                 \
  f(a, b, c, d) a = rotated(a, s) + b;

// What a step does is given by LANES: to one stream, or to two, whose steps then alternate.
#define STEPS                                                                                       \
  FOUR(F, 0, 1, 2, 3, 7, 12, 17, 22, 0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee)                \
  FOUR(F, 4, 5, 6, 7, 7, 12, 17, 22, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501)                \
  FOUR(F, 8, 9, 10, 11, 7, 12, 17, 22, 0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be)              \
  FOUR(F, 12, 13, 14, 15, 7, 12, 17, 22, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821)            \
  FOUR(G, 1, 6, 11, 0, 5, 9, 14, 20, 0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa)                \
  FOUR(G, 5, 10, 15, 4, 5, 9, 14, 20, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8)               \
  FOUR(G, 9, 14, 3, 8, 5, 9, 14, 20, 0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed)                \
  FOUR(G, 13, 2, 7, 12, 5, 9, 14, 20, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a)               \
  FOUR(H, 5, 8, 11, 14, 4, 11, 16, 23, 0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c)              \
  FOUR(H, 1, 4, 7, 10, 4, 11, 16, 23, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70)               \
  FOUR(H, 13, 0, 3, 6, 4, 11, 16, 23, 0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05)               \
  FOUR(H, 9, 12, 15, 2, 4, 11, 16, 23, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665)              \
  FOUR(I, 0, 7, 14, 5, 6, 10, 15, 21, 0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039)               \
  FOUR(I, 12, 3, 10, 1, 6, 10, 15, 21, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1)              \
  FOUR(I, 8, 15, 6, 13, 6, 10, 15, 21, 0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1)              \
  FOUR(I, 4, 11, 2, 9, 6, 10, 15, 21, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391)

#define FOUR(f, k0, k1, k2, k3, s0, s1, s2, s3, t0, t1, t2, t3) \
  LANES(f, a, b, c, d, k0, s0, t0##u)                           \
  LANES(f, d, a, b, c, k1, s1, t1##u)                           \
  LANES(f, c, d, a, b, k2, s2, t2##u)                           \
  LANES(f, b, c, d, a, k3, s3, t3##u)

static void blocks(SlotscopeMD5 *md5, const uint8_t *from, size_t count) {
  uint32_t a = md5->state[0], b = md5->state[1], c = md5->state[2], d = md5->state[3];
  for (; count > 0; count--, from += BLOCK) {
    const uint32_t a0 = a, b0 = b, c0 = c, d0 = d;
#define LANES(f, a, b, c, d, k, s, t) ONE(f, a, b, c, d, from, k, s, t)
    STEPS
#undef LANES
    a += a0, b += b0, c += c0, d += d0;
  }
  md5->state[0] = a, md5->state[1] = b, md5->state[2] = c, md5->state[3] = d;
}

static void block_pairs(SlotscopeMD5 *one, const uint8_t *from, SlotscopeMD5 *other, const uint8_t *other_from,
                        size_t count) {
  uint32_t a = one->state[0], b = one->state[1], c = one->state[2], d = one->state[3];
  uint32_t xa = other->state[0], xb = other->state[1], xc = other->state[2], xd = other->state[3];
  for (; count > 0; count--, from += BLOCK, other_from += BLOCK) {
#define LANES(f, a, b, c, d, k, s, t)         \
  ONE(f, a, b, c, d, from, k, s, t)           \
  ONE(f, x##a, x##b, x##c, x##d, other_from, k, s, t)
    STEPS
#undef LANES
    one->state[0] = a += one->state[0], one->state[1] = b += one->state[1];
    one->state[2] = c += one->state[2], one->state[3] = d += one->state[3];
    other->state[0] = xa += other->state[0], other->state[1] = xb += other->state[1];
    other->state[2] = xc += other->state[2], other->state[3] = xd += other->state[3];
  }
}

/// Fills the block that has been begun, if one has; what is left begins on a block.
static size_t fill(SlotscopeMD5 *md5, const uint8_t *bytes, size_t count) {
  size_t begun = md5->count % BLOCK;
  if (begun == 0) return 0;
  size_t taken = BLOCK - begun < count ? BLOCK - begun : count;
  memcpy(md5->rest + begun, bytes, taken);
  md5->count += taken;
  if (begun + taken == BLOCK) blocks(md5, md5->rest, 1);
  return taken;
}

static void keep(SlotscopeMD5 *md5, const uint8_t *bytes, size_t count) {
  if (count > 0) memcpy(md5->rest, bytes, count);
  md5->count += count;
}

void slotscope_md5_update_pair(SlotscopeMD5 *one, const void *bytes, size_t count, SlotscopeMD5 *other,
                               const void *other_bytes, size_t other_count) {
  const uint8_t *from = bytes, *other_from = other_bytes;
  size_t taken = fill(one, from, count);
  from += taken, count -= taken;
  taken = fill(other, other_from, other_count);
  other_from += taken, other_count -= taken;

  size_t all = count / BLOCK, other_all = other_count / BLOCK;
  size_t both = all < other_all ? all : other_all;
  block_pairs(one, from, other, other_from, both);
  blocks(one, from + both * BLOCK, all - both);
  blocks(other, other_from + both * BLOCK, other_all - both);
  one->count += all * BLOCK;
  other->count += other_all * BLOCK;
  keep(one, from + all * BLOCK, count % BLOCK);
  keep(other, other_from + other_all * BLOCK, other_count % BLOCK);
}

void slotscope_md5_finish(SlotscopeMD5 *md5, uint8_t *digest) {
  const uint64_t bits = md5->count * 8;
  size_t begun = md5->count % BLOCK;
  uint8_t end[2 * BLOCK] = {0};
  memcpy(end, md5->rest, begun);
  end[begun] = 0x80;
  size_t length = begun + 9 <= BLOCK ? BLOCK : 2 * BLOCK;
  memcpy(end + length - sizeof bits, &bits, sizeof bits);
  blocks(md5, end, length / BLOCK);
  memcpy(digest, md5->state, sizeof md5->state);
}
