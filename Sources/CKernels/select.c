/// The values of given ranks among many, without sorting them.
#include "selection.h"

#include <stdbool.h>
#include <string.h>

#include "kernels.h"

/// Bits that order as the doubles do.
static inline uint64_t ordered_bits(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits >> 63 ? ~bits : bits | 0x8000000000000000u;
}

/// Fewer are sorted by insertion.
enum { FEW = 24 };
/// From so many values on, the first digit has 16 bits: it then tells more, and its counters are worth their size.
enum { MANY = 16384 };
static const uint32_t NOT_WANTED = UINT32_MAX;

static void sort_few(double *values, size_t count) {
  for (size_t i = 1; i < count; i++) {
    double value = values[i];
    size_t k = i;
    for (; k > 0 && values[k - 1] > value; k--) values[k] = values[k - 1];
    values[k] = value;
  }
}

static bool are_equal(const double *values, size_t count) {
  for (size_t i = 1; i < count; i++)
    if (values[i] != values[0]) return false;
  return true;
}

/// Values that share their leading bits, and which of the ranks fall among them.
typedef struct {
  size_t start, count, first_rank, rank_count, before;
} Group;

/// `before`: how many of all values come before these. `shift`: bits that are not known yet.
static void select_among(double *values, size_t count, const size_t *ranks, size_t rank_count, size_t before,
                         int shift, double *out, double *scratch, uint32_t *counters) {
  if (count <= FEW || shift == 0 || are_equal(values, count)) {
    if (count <= FEW) sort_few(values, count);
    for (size_t r = 0; r < rank_count; r++) out[r] = values[ranks[r] - before] + 0.0;
    return;
  }
  int digit = count >= MANY ? 16 : 11;
  if (digit > shift) digit = shift;
  shift -= digit;
  uint32_t size = 1u << digit;
  uint64_t mask = size - 1;
  memset(counters, 0, size * sizeof *counters);
  for (size_t i = 0; i < count; i++) counters[ordered_bits(values[i]) >> shift & mask]++;

  // The digits that a rank falls into become groups, one after the other in `scratch`.
  Group groups[SLOTSCOPE_MAX_RANKS];
  size_t group_count = 0, rank = 0, passed = before, kept = 0;
  for (uint32_t d = 0; d < size; d++) {
    size_t here = counters[d];
    counters[d] = NOT_WANTED;
    if (rank < rank_count && ranks[rank] < passed + here) {
      Group group = {kept, here, rank, 0, passed};
      while (rank < rank_count && ranks[rank] < passed + here) rank++, group.rank_count++;
      counters[d] = (uint32_t)kept;
      groups[group_count++] = group;
      kept += here;
    }
    passed += here;
  }
  for (size_t i = 0; i < count; i++) {
    uint32_t *place = &counters[ordered_bits(values[i]) >> shift & mask];
    if (*place != NOT_WANTED) scratch[(*place)++] = values[i];
  }
  // What was in `values` is not needed any more: it is the groups' scratch.
  for (size_t g = 0; g < group_count; g++) {
    Group group = groups[g];
    select_among(scratch + group.start, group.count, ranks + group.first_rank, group.rank_count, group.before, shift,
                 out + group.first_rank, values, counters);
  }
}

void slotscope_select(double *values, size_t count, const size_t *ranks, size_t rank_count, double *out,
                      double *scratch, uint32_t *counters) {
  select_among(values, count, ranks, rank_count, 0, 64, out, scratch, counters);
}
