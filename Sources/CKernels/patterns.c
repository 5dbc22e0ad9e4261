/// Statistics of 8- and 16-bit dtypes: every bit pattern is counted, and what is asked follows from the counts.
#include <math.h>
#include <string.h>

#include "kernels.h"

#pragma STDC FP_CONTRACT OFF

static inline bool is_8_bit(SlotscopeDType dtype) {
  switch (dtype) {
    case SLOTSCOPE_BOOL:
    case SLOTSCOPE_INT8:
    case SLOTSCOPE_UINT8:
    case SLOTSCOPE_FLOAT8_E4M3FN:
    case SLOTSCOPE_FLOAT8_E5M2:
    case SLOTSCOPE_FLOAT8_E4M3FNUZ:
    case SLOTSCOPE_FLOAT8_E5M2FNUZ:
    case SLOTSCOPE_FLOAT8_E8M0FNU: return true;
    default: return false;
  }
}

/// Bytes go to four tables in turn, so that equal neighbours do not wait for each other.
static void count_bytes(const unsigned char *data, size_t count, uint64_t *patterns) {
  uint64_t tables[4][256] = {{0}};
  size_t whole = count - count % 4;
  for (size_t i = 0; i < whole; i += 4) {
    tables[0][data[i]]++;
    tables[1][data[i + 1]]++;
    tables[2][data[i + 2]]++;
    tables[3][data[i + 3]]++;
  }
  for (size_t i = whole; i < count; i++) tables[0][data[i]]++;
  for (int i = 0; i < 256; i++) patterns[i] += tables[0][i] + tables[1][i] + tables[2][i] + tables[3][i];
}

/// Four at a time; where all are the same, which zeros often are, they are counted at once.
static void count_halves(const unsigned char *data, size_t count, uint64_t *patterns) {
  size_t whole = count - count % 4;
  for (size_t i = 0; i < whole; i += 4) {
    uint64_t four;
    memcpy(&four, data + 2 * i, sizeof four);
    uint64_t first = four & 0xffff;
    if (four == first * 0x0001000100010001u) {
      patterns[first] += 4;
      continue;
    }
    patterns[first]++;
    patterns[four >> 16 & 0xffff]++;
    patterns[four >> 32 & 0xffff]++;
    patterns[four >> 48]++;
  }
  for (size_t i = whole; i < count; i++) {
    uint16_t half;
    memcpy(&half, data + 2 * i, sizeof half);
    patterns[half]++;
  }
}

void slotscope_count_patterns(SlotscopeDType dtype, const void *data, size_t count, uint64_t *patterns) {
  if (is_8_bit(dtype))
    count_bytes(data, count, patterns);
  else
    count_halves(data, count, patterns);
}

/// The value of a bit pattern.
static double value_of(SlotscopeDType dtype, uint32_t pattern) {
  uint8_t byte = (uint8_t)pattern;
  uint16_t half = (uint16_t)pattern;
  double value;
  slotscope_decode_f64(dtype, is_8_bit(dtype) ? (const void *)&byte : (const void *)&half, 1, &value);
  return value;
}

/// The summary in two passes over the counts. Adding the exact products in two doubles keeps the sum exact.
static SlotscopeSummary summary_of_patterns(SlotscopeDType dtype, const uint64_t *patterns, uint32_t all) {
  SlotscopeSummary summary;
  slotscope_summary_init(&summary);
  for (uint32_t pattern = 0; pattern < all; pattern++) {
    uint64_t occurrences = patterns[pattern];
    if (occurrences == 0) continue;
    double value = value_of(dtype, pattern);
    if (isnan(value)) {
      summary.nan += occurrences;
    } else if (isinf(value)) {
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
  for (uint32_t pattern = 0; pattern < all; pattern++) {
    if (patterns[pattern] == 0) continue;
    double value = value_of(dtype, pattern);
    if (!isfinite(value)) continue;
    double deviation = value - mean;
    summary.squared_deviations += deviation * deviation * (double)patterns[pattern];
  }
  return summary;
}

void slotscope_patterns_statistics(SlotscopeDType dtype, const uint64_t *patterns, SlotscopeSummary *summary,
                                   const SlotscopeBins *bins, uint64_t *counts) {
  uint32_t all = is_8_bit(dtype) ? 256 : 65536;
  if (summary) {
    SlotscopeSummary counted = summary_of_patterns(dtype, patterns, all);
    slotscope_summary_merge(summary, &counted);
  }
  if (!bins) return;
  for (uint32_t pattern = 0; pattern < all; pattern++) {
    if (patterns[pattern] == 0) continue;
    double value = value_of(dtype, pattern);
    counts[slotscope_slot_of_double(bins, value)] += patterns[pattern];
  }
}
