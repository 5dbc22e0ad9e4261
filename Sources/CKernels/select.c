/// The value of a given rank among many, without sorting them.
#include <string.h>

#include "kernels.h"

/// Bits that order as the doubles do.
static inline uint64_t ordered_bits(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits >> 63 ? ~bits : bits | 0x8000000000000000u;
}

double slotscope_select(double *values, size_t count, size_t rank) {
  enum { DIGIT = 11 };
  uint64_t prefix = 0;
  // Digit by digit, from the highest: the one in which the rank falls; only the values that have it stay.
  for (int known = 0; known < 64; known += DIGIT) {
    int digit = 64 - known < DIGIT ? 64 - known : DIGIT;
    int shift = 64 - known - digit;
    size_t counts[1 << DIGIT] = {0};
    uint64_t mask = (1u << digit) - 1;
    for (size_t i = 0; i < count; i++) counts[ordered_bits(values[i]) >> shift & mask]++;
    uint32_t found = 0;
    while (rank >= counts[found]) rank -= counts[found++];
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
      double value = values[i];
      values[kept] = value;
      kept += (ordered_bits(value) >> shift & mask) == found;
    }
    count = kept;
    prefix = prefix << digit | found;
  }
  uint64_t bits = prefix >> 63 ? prefix & 0x7fffffffffffffffu : ~prefix;
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}
