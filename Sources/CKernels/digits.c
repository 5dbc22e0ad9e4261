/// Passes over elements that narrow values of given ranks down: see selection.h.
#include <math.h>
#include <string.h>

#include "dequantize.h"
#include "kernels.h"
#include "selection.h"

enum { DIGIT_COUNT = 65536 };

size_t slotscope_digits_size(const SlotscopePrefixes *prefixes) {
  return (size_t)DIGIT_COUNT * (prefixes->known == 0 ? 2 : prefixes->count);
}

static inline uint32_t bits_of_float(const char *data, size_t index) {
  uint32_t bits;
  memcpy(&bits, data + index * sizeof bits, sizeof bits);
  return bits;
}

static inline uint64_t bits_of_double(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// Leading halves of floats, to two tables in turn, so that equal neighbours do not wait for each other; four zeros at
/// once.
static void count_leading_f32(const char *data, size_t count, uint32_t *counters) {
  uint32_t *other = counters + DIGIT_COUNT;
  size_t whole = count - count % 4;
  for (size_t i = 0; i < whole; i += 4) {
    uint64_t a, b;
    memcpy(&a, data + 4 * i, sizeof a);
    memcpy(&b, data + 4 * i + sizeof a, sizeof b);
    slotscope_prefetch(data + 4 * i);
    if ((a | b) == 0) {
      counters[0] += 4;
      continue;
    }
    counters[a >> 16 & 0xffff]++;
    other[a >> 48]++;
    counters[b >> 16 & 0xffff]++;
    other[b >> 48]++;
  }
  for (size_t i = whole; i < count; i++) counters[bits_of_float(data, i) >> 16]++;
}

static void count_trailing_f32(const char *data, size_t count, const SlotscopePrefixes *prefixes,
                               uint32_t *counters) {
  const uint8_t *lookup = prefixes->lookup;
  for (size_t i = 0; i < count; i++) {
    uint32_t bits = bits_of_float(data, i);
    uint32_t found = lookup[bits >> 16];
    if (found) counters[(found - 1) << 16 | (bits & 0xffff)]++;
  }
}

/// The number of the prefix that a double's bits begin with; -1 where none is.
static inline int prefix_of(uint64_t bits, const SlotscopePrefixes *prefixes) {
  uint32_t found = prefixes->lookup[bits >> 48];
  if (!found) return -1;
  uint64_t leading = bits >> (64 - prefixes->known);
  for (uint32_t p = found - 1; p < prefixes->count && prefixes->prefixes[p] <= leading; p++)
    if (prefixes->prefixes[p] == leading) return (int)p;
  return -1;
}

static void count_f64(const double *values, size_t count, const SlotscopePrefixes *prefixes, uint32_t *counters) {
  if (prefixes->known == 0) {
    for (size_t i = 0; i < count; i++) counters[(i & 1) * DIGIT_COUNT + (bits_of_double(values[i]) >> 48)]++;
    return;
  }
  for (size_t i = 0; i < count; i++) {
    uint64_t bits = bits_of_double(values[i]);
    int p = prefix_of(bits, prefixes);
    if (p >= 0) counters[(size_t)p << 16 | (bits >> (48 - prefixes->known) & 0xffff)]++;
  }
}

static void count_f32(const char *data, size_t count, const SlotscopePrefixes *prefixes, uint32_t *counters) {
  if (prefixes->known == 0)
    count_leading_f32(data, count, counters);
  else
    count_trailing_f32(data, count, prefixes, counters);
}

void slotscope_count_digits(SlotscopeDType dtype, const void *data, size_t count, const SlotscopePrefixes *prefixes,
                            uint32_t *counters) {
  if (prefixes->is_float && dtype == SLOTSCOPE_FLOAT32) {
    count_f32(data, count, prefixes, counters);
    return;
  }
  SlotscopeBlock block = slotscope_block(dtype);
  double decoded[BLOCK_F64];
  const char *next = data;
  float floats[BLOCK_F64];
  for (size_t n; count > 0; next += n / block.elements * block.bytes, count -= n) {
    n = count < BLOCK_F64 ? count : BLOCK_F64;
    if (prefixes->is_float) {
      slotscope_dequantize_f32(dtype, next, n / block.elements, floats);
      count_f32((const char *)floats, n, prefixes, counters);
    } else {
      slotscope_decode_f64(dtype, next, n, decoded);
      count_f64(decoded, n, prefixes, counters);
    }
  }
}

void slotscope_digits_flush(const SlotscopePrefixes *prefixes, uint32_t *counters, uint64_t *digits) {
  size_t size = slotscope_digits_size(prefixes), width = prefixes->known == 0 ? DIGIT_COUNT : size;
  for (size_t start = 0; start < size; start += width)
    for (size_t i = 0; i < width; i++) digits[i] += counters[start + i];
  memset(counters, 0, size * sizeof *counters);
}

uint64_t slotscope_digits_drop_non_finite(uint64_t *digits, int is_float) {
  uint32_t exponent = is_float ? 0x7f80 : 0x7ff0;
  uint64_t finite = 0;
  for (uint32_t i = 0; i < DIGIT_COUNT; i++) {
    if ((i & exponent) == exponent) digits[i] = 0;
    finite += digits[i];
  }
  return finite;
}

static inline uint32_t digit_at(const SlotscopeWalk *walk, uint32_t place) {
  if (walk->is_leading) return place < DIGIT_COUNT / 2 ? DIGIT_COUNT - 1 - place : place - DIGIT_COUNT / 2;
  return walk->is_negative ? DIGIT_COUNT - 1 - place : place;
}

uint32_t slotscope_walk_to(SlotscopeWalk *walk, uint64_t rank) {
  while (walk->place < DIGIT_COUNT - 1) {
    uint64_t here = walk->counts[digit_at(walk, walk->place)];
    if (walk->passed + here > rank) break;
    walk->passed += here;
    walk->place++;
  }
  return digit_at(walk, walk->place);
}

/// Of floats by their own bits; most have none of the prefixes, and are not even converted.
static size_t gather_f32(const char *data, size_t count, const SlotscopePrefixes *prefixes, double *out,
                         size_t filled, size_t capacity) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits = bits_of_float(data, i);
    if (!prefixes->lookup[bits >> 16]) continue;
    float value;
    memcpy(&value, &bits, sizeof value);
    if (isfinite(value) && filled < capacity) out[filled++] = value;
  }
  return filled;
}

static size_t gather_f64(const double *values, size_t count, const SlotscopePrefixes *prefixes, double *out,
                         size_t filled, size_t capacity) {
  for (size_t i = 0; i < count; i++) {
    if (prefix_of(bits_of_double(values[i]), prefixes) < 0) continue;
    if (isfinite(values[i]) && filled < capacity) out[filled++] = values[i];
  }
  return filled;
}

size_t slotscope_gather(SlotscopeDType dtype, const void *data, size_t count, const SlotscopePrefixes *prefixes,
                        double *out, size_t filled, size_t capacity) {
  if (prefixes->is_float && dtype == SLOTSCOPE_FLOAT32)
    return gather_f32(data, count, prefixes, out, filled, capacity);
  SlotscopeBlock block = slotscope_block(dtype);
  double decoded[BLOCK_F64];
  float floats[BLOCK_F64];
  const char *next = data;
  for (size_t n; count > 0; next += n / block.elements * block.bytes, count -= n) {
    n = count < BLOCK_F64 ? count : BLOCK_F64;
    if (prefixes->is_float) {
      slotscope_dequantize_f32(dtype, next, n / block.elements, floats);
      filled = gather_f32((const char *)floats, n, prefixes, out, filled, capacity);
    } else {
      slotscope_decode_f64(dtype, next, n, decoded);
      filled = gather_f64(decoded, n, prefixes, out, filled, capacity);
    }
  }
  return filled;
}
