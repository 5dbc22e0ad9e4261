/// Statistics of dtypes of 16 bits and less: every bit pattern is counted, and what is asked follows from the counts.
#include <math.h>
#include <string.h>

#include "kernels.h"

#pragma STDC FP_CONTRACT OFF

void slotscope_add_counts(uint64_t *sum, const uint64_t *counts, size_t size) {
  for (size_t i = 0; i < size; i++) sum[i] += counts[i];
}

/// How patterns order as the values do.
typedef enum { NOT_COUNTED, UNSIGNED, TWOS_COMPLEMENT, SIGN_AND_MAGNITUDE } PatternOrder;

typedef struct {
  int bits;
  PatternOrder order;
} PatternKind;

static PatternKind kind_of(SlotscopeDType dtype) {
  switch (dtype) {
    case SLOTSCOPE_BOOL:
    case SLOTSCOPE_UINT8:
    case SLOTSCOPE_FLOAT8_E8M0FNU: return (PatternKind){8, UNSIGNED};
    case SLOTSCOPE_INT8: return (PatternKind){8, TWOS_COMPLEMENT};
    case SLOTSCOPE_FLOAT8_E4M3FN:
    case SLOTSCOPE_FLOAT8_E5M2:
    case SLOTSCOPE_FLOAT8_E4M3FNUZ:
    case SLOTSCOPE_FLOAT8_E5M2FNUZ: return (PatternKind){8, SIGN_AND_MAGNITUDE};
    case SLOTSCOPE_UINT16: return (PatternKind){16, UNSIGNED};
    case SLOTSCOPE_INT16: return (PatternKind){16, TWOS_COMPLEMENT};
    case SLOTSCOPE_FLOAT16:
    case SLOTSCOPE_BFLOAT16: return (PatternKind){16, SIGN_AND_MAGNITUDE};
    case SLOTSCOPE_FLOAT6_E2M3FN:
    case SLOTSCOPE_FLOAT6_E3M2FN: return (PatternKind){6, SIGN_AND_MAGNITUDE};
    case SLOTSCOPE_FLOAT4_E2M1FN: return (PatternKind){4, SIGN_AND_MAGNITUDE};
    default: return (PatternKind){0, NOT_COUNTED};
  }
}

uint32_t slotscope_pattern_count(SlotscopeDType dtype) {
  PatternKind kind = kind_of(dtype);
  return kind.order == NOT_COUNTED ? 0 : 1u << kind.bits;
}

/// Tables that are counted into in turn, so that equal neighbours do not wait for each other. Halves have one: two would
/// leave the second-level cache. Packed fours are counted as the bytes that they come in.
enum { BYTE_TABLES = 8, SIX_TABLES = 4 };

size_t slotscope_pattern_tables_size(SlotscopeDType dtype) {
  switch (kind_of(dtype).bits) {
    case 16: return 65536;
    case 6: return SIX_TABLES * 64;
    case 0: return 0;
    default: return BYTE_TABLES * 256;
  }
}

/// Eight at a time; where all are the same, which zeros often are, they are counted at once.
static void count_bytes(const unsigned char *data, size_t count, uint32_t *tables) {
  size_t whole = count - count % 8;
  for (size_t i = 0; i < whole; i += 8) {
    uint64_t eight;
    memcpy(&eight, data + i, sizeof eight);
    slotscope_prefetch(data + i);
    uint64_t first = eight & 0xff;
    if (eight == first * 0x0101010101010101u) {
      tables[first] += 8;
      continue;
    }
    tables[first]++;
    tables[0x100 | (eight >> 8 & 0xff)]++;
    tables[0x200 | (eight >> 16 & 0xff)]++;
    tables[0x300 | (eight >> 24 & 0xff)]++;
    tables[0x400 | (eight >> 32 & 0xff)]++;
    tables[0x500 | (eight >> 40 & 0xff)]++;
    tables[0x600 | (eight >> 48 & 0xff)]++;
    tables[0x700 | eight >> 56]++;
  }
  for (size_t i = whole; i < count; i++) tables[data[i]]++;
}

static inline void count_four(uint64_t four, uint32_t *table) {
  table[four & 0xffff]++;
  table[four >> 16 & 0xffff]++;
  table[four >> 32 & 0xffff]++;
  table[four >> 48]++;
}

static void count_halves(const unsigned char *data, size_t count, uint32_t *table) {
  size_t whole = count - count % 8;
  for (size_t i = 0; i < whole; i += 8) {
    uint64_t a, b;
    memcpy(&a, data + 2 * i, sizeof a);
    memcpy(&b, data + 2 * i + sizeof a, sizeof b);
    slotscope_prefetch(data + 2 * i);
    uint64_t first = a & 0xffff;
    if (a == b && a == first * 0x0001000100010001u) {
      table[first] += 8;
      continue;
    }
    count_four(a, table);
    count_four(b, table);
  }
  for (size_t i = whole; i < count; i++) {
    uint16_t half;
    memcpy(&half, data + 2 * i, sizeof half);
    table[half]++;
  }
}

/// Four elements of six bits in three bytes.
static void count_sixes(const unsigned char *data, size_t count, uint32_t *tables) {
  for (size_t i = 0; i < count; i += 4, data += 3) {
    uint32_t four = data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16;
    tables[four & 63]++;
    tables[64 | (four >> 6 & 63)]++;
    tables[128 | (four >> 12 & 63)]++;
    tables[192 | four >> 18]++;
  }
}

void slotscope_count_patterns(SlotscopeDType dtype, const void *data, size_t count, uint32_t *tables) {
  switch (kind_of(dtype).bits) {
    case 16: count_halves(data, count, tables); return;
    case 8: count_bytes(data, count, tables); return;
    case 6: count_sixes(data, count, tables); return;
    case 4: count_bytes(data, count / 2, tables); return;
    default: return;
  }
}

void slotscope_pattern_tables_flush(SlotscopeDType dtype, uint32_t *tables, uint64_t *patterns) {
  int bits = kind_of(dtype).bits;
  uint32_t width = bits == 4 ? 256 : 1u << bits;
  size_t size = slotscope_pattern_tables_size(dtype);
  for (size_t start = 0; start < size; start += width) {
    for (uint32_t i = 0; i < width; i++) {
      patterns[bits == 4 ? i & 15 : i] += tables[start + i];
      if (bits == 4) patterns[i >> 4] += tables[start + i];
    }
  }
  memset(tables, 0, size * sizeof *tables);
}

/// The pattern that stands at place `place` in the order of the values; NaN stands anywhere.
static inline uint32_t pattern_at(uint32_t place, uint32_t all, PatternOrder order) {
  uint32_t half = all / 2;
  switch (order) {
    case TWOS_COMPLEMENT: return place ^ half;
    case SIGN_AND_MAGNITUDE: return place < half ? all - 1 - place : place - half;
    default: return place;
  }
}

/// The place of a pattern: the inverse of `pattern_at`.
static inline uint32_t place_of(uint32_t pattern, uint32_t all, PatternOrder order) {
  uint32_t half = all / 2;
  switch (order) {
    case TWOS_COMPLEMENT: return pattern ^ half;
    case SIGN_AND_MAGNITUDE: return pattern < half ? pattern + half : all - 1 - pattern;
    default: return pattern;
  }
}

/// The values of patterns.
static void decode_patterns(SlotscopeDType dtype, int bits, const uint16_t *patterns, size_t count, double *values) {
  if (bits == 16) {
    slotscope_decode_f64(dtype, patterns, count, values);
    return;
  }
  for (size_t i = 0; i < count; i++) {
    // A block with the pattern as its first element.
    unsigned char block[3] = {(unsigned char)patterns[i], 0, 0};
    double elements[4];
    slotscope_decode_f64(dtype, block, slotscope_block(dtype).elements, elements);
    values[i] = elements[0];
  }
}

/// Appends patterns, which come in the order of their values.
static size_t append_counted(SlotscopeDType dtype, int bits, const uint16_t *patterns, const uint64_t *counts,
                             size_t count, SlotscopeCounted *counted, size_t filled, uint64_t *nan) {
  double values[256];
  decode_patterns(dtype, bits, patterns, count, values);
  for (size_t i = 0; i < count; i++) {
    if (isnan(values[i]))
      *nan += counts[i];
    else
      counted[filled++] = (SlotscopeCounted){values[i], counts[i]};
  }
  return filled;
}

size_t slotscope_counted_of_patterns(SlotscopeDType dtype, const uint64_t *patterns, SlotscopeCounted *counted,
                                     uint64_t *nan) {
  PatternKind kind = kind_of(dtype);
  uint32_t all = 1u << kind.bits;
  uint16_t found[256];
  uint64_t counts[256];
  size_t waiting = 0, filled = 0;
  *nan = 0;
  for (uint32_t place = 0; place < all; place++) {
    uint32_t pattern = pattern_at(place, all, kind.order);
    if (patterns[pattern] == 0) continue;
    found[waiting] = (uint16_t)pattern;
    counts[waiting++] = patterns[pattern];
    if (waiting == 256) {
      filled = append_counted(dtype, kind.bits, found, counts, waiting, counted, filled, nan);
      waiting = 0;
    }
  }
  return append_counted(dtype, kind.bits, found, counts, waiting, counted, filled, nan);
}

/// Sorts by the lower and then by the upper byte.
static void sort_halves(uint16_t *values, size_t count, uint16_t *scratch) {
  for (int shift = 0; shift < 16; shift += 8) {
    uint32_t starts[257] = {0};
    for (size_t i = 0; i < count; i++) starts[(values[i] >> shift & 0xff) + 1]++;
    for (int i = 0; i < 256; i++) starts[i + 1] += starts[i];
    for (size_t i = 0; i < count; i++) scratch[starts[values[i] >> shift & 0xff]++] = values[i];
    uint16_t *sorted = scratch;
    scratch = values;
    values = sorted;
  }
}

size_t slotscope_counted_of_few(SlotscopeDType dtype, const void *data, size_t count, SlotscopeCounted *counted,
                                uint64_t *nan) {
  PatternKind kind = kind_of(dtype);
  if (kind.bits != 16) {
    uint32_t tables[BYTE_TABLES * 256] = {0};
    uint64_t patterns[256] = {0};
    slotscope_count_patterns(dtype, data, count, tables);
    slotscope_pattern_tables_flush(dtype, tables, patterns);
    return slotscope_counted_of_patterns(dtype, patterns, counted, nan);
  }
  uint16_t places[SLOTSCOPE_MAX_FEW], scratch[SLOTSCOPE_MAX_FEW];
  memcpy(places, data, count * sizeof *places);
  for (size_t i = 0; i < count; i++) places[i] = (uint16_t)place_of(places[i], 65536, kind.order);
  sort_halves(places, count, scratch);
  uint16_t found[256];
  uint64_t counts[256];
  size_t waiting = 0, filled = 0;
  *nan = 0;
  for (size_t i = 0, next; i < count; i = next) {
    for (next = i + 1; next < count && places[next] == places[i];) next++;
    found[waiting] = (uint16_t)pattern_at(places[i], 65536, kind.order);
    counts[waiting++] = next - i;
    if (waiting == 256) {
      filled = append_counted(dtype, 16, found, counts, waiting, counted, filled, nan);
      waiting = 0;
    }
  }
  return append_counted(dtype, 16, found, counts, waiting, counted, filled, nan);
}

/// The summary in two passes over the values. Adding the exact products in two doubles keeps the sum exact.
static SlotscopeSummary summary_of_counted(const SlotscopeCounted *counted, size_t entries) {
  SlotscopeSummary summary;
  slotscope_summary_init(&summary);
  for (size_t i = 0; i < entries; i++) {
    double value = counted[i].value;
    uint64_t occurrences = counted[i].count;
    if (isinf(value)) {
      *(value > 0 ? &summary.positive_infinite : &summary.negative_infinite) += occurrences;
    } else {
      summary.finite += occurrences;
      if (value == 0) summary.zeros += occurrences;
      if (value < summary.min) summary.min = value + 0.0;
      if (value > summary.max) summary.max = value + 0.0;
      slotscope_add_to_sum(&summary, value * (double)occurrences);
    }
  }
  double mean = (summary.sum + summary.sum_low) / (double)summary.finite;
  for (size_t i = 0; i < entries; i++) {
    if (isinf(counted[i].value)) continue;
    double deviation = counted[i].value - mean;
    summary.squared_deviations += deviation * deviation * (double)counted[i].count;
  }
  return summary;
}

void slotscope_counted_statistics(const SlotscopeCounted *counted, size_t entries, SlotscopeSummary *summary,
                                  const SlotscopeBins *bins, uint64_t *counts) {
  if (summary) {
    SlotscopeSummary all = summary_of_counted(counted, entries);
    slotscope_summary_merge(summary, &all);
  }
  for (size_t i = 0; bins && i < entries; i++)
    counts[slotscope_slot_of_double(bins, counted[i].value)] += counted[i].count;
}
