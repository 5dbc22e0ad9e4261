/// How far the values of two arrays lie apart, element by element.
///
/// All arithmetic is in double and the results depend on the data and on how it is cut into calls, never on the
/// processor: element i of a block is added in lane i % 8, the lanes are added as a tree at the end.
#ifndef SLOTSCOPE_DIFFERENCE_H
#define SLOTSCOPE_DIFFERENCE_H

#include "statistics.h"

/// An unevaluated sum of two doubles.
typedef struct {
  double high, low;
} SlotscopeSum;

/// What is known of pairs (a, b). All zero at first.
typedef struct {
  /// Pairs of which both are finite; those of them that are not equal (-0 equals 0).
  uint64_t finite, differing;
  /// Pairs of which either is not: counted here, and nowhere else; those of them that are neither both NaN nor the same
  /// infinity.
  uint64_t not_finite, not_finite_differing;
  /// The largest |b - a| and the first element that has it.
  double max;
  uint64_t max_index;
  /// Sums over the finite pairs of |b - a|, (b - a)², a², b² and ab.
  SlotscopeSum absolute, squares, a_squares, b_squares, products;
  /// Not 0: values were taken times 2^-600, because their squares would not fit a double. `absolute` is then times
  /// 2^-600, the other sums are times 2^-1200; `max` never is.
  int is_scaled;
  /// Not 0: the bytes are not the same, or the dtypes are not.
  int bytes_differ;
} SlotscopeDifference;

/// Adds `count` pairs: whole blocks of both dtypes. `first` is the number of the first element. 64-bit integers beyond
/// 2^53 are rounded to the nearest double first. Complex numbers are compared as such: |b - a| is the magnitude of the
/// difference, and ab the real part of the conjugate product.
void slotscope_difference(SlotscopeDType a_dtype, const void *a, SlotscopeDType b_dtype, const void *b, size_t count,
                          uint64_t first, SlotscopeDifference *difference);

/// Adds what `other`, of later elements, knows.
void slotscope_difference_merge(SlotscopeDifference *into, const SlotscopeDifference *other);

#endif
