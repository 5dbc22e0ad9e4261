/// Finding the values of given ranks, among values in memory and among more than fit there.
///
/// More are narrowed down in passes: of all values the leading 16 bits are counted, then, of those that share the
/// leading bits of a value that is looked for, the next 16, and so on; or, once few enough share them, those are
/// gathered. Bits are a float's or a double's as they are: positive ones ascend with the value, negative ones descend.
#ifndef SLOTSCOPE_SELECTION_H
#define SLOTSCOPE_SELECTION_H

#include <stddef.h>
#include <stdint.h>

#include "statistics.h"

/// Leading bits that are looked for; none at first.
typedef struct {
  /// How many leading bits are known: 0, 16, 32 or 48.
  uint32_t known;
  /// Whether the bits are those of floats, and all elements are floats, or are dequantised to them.
  int is_float;
  /// The known bits, shifted down; ascending, at most 255.
  uint32_t count;
  const uint64_t *prefixes;
  /// For each leading 16 bits: 0 where no prefix has them, else 1 + the number of the first one that has.
  const uint8_t *lookup;
} SlotscopePrefixes;

/// How many counters `slotscope_count_digits` works with.
size_t slotscope_digits_size(const SlotscopePrefixes *prefixes);

/// Counts the 16 bits that follow. After at most 2^32 - 1 elements the counters, all zero at first, are to be flushed.
void slotscope_count_digits(SlotscopeDType dtype, const void *data, size_t count, const SlotscopePrefixes *prefixes,
                            uint32_t *counters);

/// Adds the counters to `digits` and clears them: the 16 bits that follow prefix i are at digits[65536 i + bits].
/// `digits` has 65536 elements for each prefix; as many where none is known.
void slotscope_digits_flush(const SlotscopePrefixes *prefixes, uint32_t *counters, uint64_t *digits);

/// Forgets the leading bits that NaN and infinities have; returns how many values have others.
uint64_t slotscope_digits_drop_non_finite(uint64_t *digits, int is_float);

/// A walk through 65536 counts in the order of the values.
typedef struct {
  const uint64_t *counts;
  /// Whether the sign is among the bits; where it is not, what it is.
  int is_leading, is_negative;
  uint32_t place;
  uint64_t passed;
} SlotscopeWalk;

/// Goes on to the bits of the value that has `rank` ones before it, no fewer than at the last call; `passed` are then
/// those before all that have the bits. A rank beyond the last value gives the last bits there are.
uint32_t slotscope_walk_to(SlotscopeWalk *walk, uint64_t rank);

/// Appends the finite elements that have one of the prefixes, of which some bits are known, to `out`, of which `filled`
/// of `capacity` are taken.
///
/// Returns how many are taken then; what finds no room is left out.
size_t slotscope_gather(SlotscopeDType dtype, const void *data, size_t count, const SlotscopePrefixes *prefixes,
                        double *out, size_t filled, size_t capacity);

/// At most so many ranks are looked for at once.
enum { SLOTSCOPE_MAX_RANKS = 64 };
/// The values that have so many smaller or equal ones before them in order; what is in `values` is lost.
///
/// - ranks: ascending, each below `count`, at most `SLOTSCOPE_MAX_RANKS`.
/// - scratch: room for `count` values.
/// - counters: 65536 of them.
/// No value may be NaN. A zero is +0.
void slotscope_select(double *values, size_t count, const size_t *ranks, size_t rank_count, double *out,
                      double *scratch, uint32_t *counters);

#endif
