/// Summary and histogram kernels over little-endian elements of any dtype, at any alignment.
///
/// The results depend on the data and on how it is cut into calls, never on the processor. All arithmetic on values is
/// in double; 64-bit integers beyond 2^53 are rounded to the nearest double first, as numpy's `astype(float64)` does.
#ifndef SLOTSCOPE_STATISTICS_H
#define SLOTSCOPE_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
  SLOTSCOPE_BOOL,
  SLOTSCOPE_INT8,
  SLOTSCOPE_UINT8,
  SLOTSCOPE_INT16,
  SLOTSCOPE_UINT16,
  SLOTSCOPE_FLOAT16,
  SLOTSCOPE_BFLOAT16,
  SLOTSCOPE_INT32,
  SLOTSCOPE_UINT32,
  SLOTSCOPE_FLOAT32,
  SLOTSCOPE_INT64,
  SLOTSCOPE_UINT64,
  SLOTSCOPE_FLOAT64,
  SLOTSCOPE_COMPLEX64,
  SLOTSCOPE_COMPLEX128,
  SLOTSCOPE_FLOAT8_E4M3FN,
  SLOTSCOPE_FLOAT8_E5M2,
  SLOTSCOPE_FLOAT8_E4M3FNUZ,
  SLOTSCOPE_FLOAT8_E5M2FNUZ,
  SLOTSCOPE_FLOAT8_E8M0FNU,
  // Packed: the first element in the lowest bits.
  SLOTSCOPE_FLOAT6_E2M3FN,
  SLOTSCOPE_FLOAT6_E3M2FN,
  SLOTSCOPE_FLOAT4_E2M1FN,
  // Quantised, as GGML has them.
  SLOTSCOPE_Q4_0,
  SLOTSCOPE_Q4_1,
  SLOTSCOPE_Q5_0,
  SLOTSCOPE_Q5_1,
  SLOTSCOPE_Q8_0,
  SLOTSCOPE_Q2_K,
  SLOTSCOPE_Q3_K,
  SLOTSCOPE_Q4_K,
  SLOTSCOPE_Q5_K,
  SLOTSCOPE_Q6_K,
  SLOTSCOPE_IQ4_NL,
  SLOTSCOPE_IQ4_XS,
  SLOTSCOPE_TQ1_0,
  SLOTSCOPE_TQ2_0,
  SLOTSCOPE_MXFP4,
} SlotscopeDType;

/// Elements that are stored together, a power of two up to 256, and the bytes that they take.
typedef struct {
  size_t elements, bytes;
} SlotscopeBlock;
/// One element, but for packed and quantised dtypes. GGML's sizes: `ggml-common.h`.
SlotscopeBlock slotscope_block(SlotscopeDType dtype);

/// Elements as doubles; every value but large 64-bit integers is exact. A bool is 1 for any byte but 0; of complex
/// numbers it is the magnitude. Packed and quantised dtypes: `count` is a whole number of blocks.
void slotscope_decode_f64(SlotscopeDType dtype, const void *data, size_t count, double *out);

/// What is known of a set of values. All zero but `min` and `max` at first: see `slotscope_summary_init`.
typedef struct {
  uint64_t finite, nan, positive_infinite, negative_infinite, zeros;
  /// Of the finite values; +inf and -inf while there are none.
  double min, max;
  /// The sum of the finite values, as an unevaluated sum of two doubles, and their squared deviations from the mean.
  double sum, sum_low, squared_deviations;
  /// Not 0: values were taken times 2^-512, because their squares would not fit a double; `sum` is then times 2^-512,
  /// `squared_deviations` times 2^-1024.
  int is_scaled;
} SlotscopeSummary;

void slotscope_summary_init(SlotscopeSummary *summary);

/// Adds what `other` knows (Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample
/// variances", 1979).
void slotscope_summary_merge(SlotscopeSummary *into, const SlotscopeSummary *other);

/// Mean and standard deviation (ddof 0) of the finite values; NaN where there are none.
void slotscope_summary_mean_std(const SlotscopeSummary *summary, double *mean, double *std);

/// Equal bins, as `numpy.histogram(…, bins, (lower, upper))` understands them.
typedef struct {
  uint32_t count;
  double lower, upper;
  /// `count + 1` edges: `numpy.linspace(lower, upper, count + 1)`.
  const double *edges;
  /// Thresholds of both precisions: a value lies at or above edge i exactly if it is >= thresholds[i], and above the
  /// last bin, which is closed, exactly if it is >= thresholds[count]. The float ones are for float32 values.
  const double *thresholds;
  const float *float_thresholds;
  /// Bins per unit.
  double scale;
  /// Whether arithmetic in float, or in double, places every value within half a bin of where it belongs. Where
  /// neither does (bins of a few ulp), numpy's own formula is followed.
  int fits_float, fits_double;
  /// How far from an edge, in bins, arithmetic in float and in double can be wrong about the side.
  double float_doubt, double_doubt;
} SlotscopeBins;

/// `numpy.linspace(lower, upper, count + 1)`.
void slotscope_make_edges(uint32_t count, double lower, double upper, double *edges);

/// Fills in everything from `count`, `lower` < `upper`, and the memory for `count + 1` numbers each.
void slotscope_bins_init(SlotscopeBins *bins, uint32_t count, double lower, double upper, double *edges,
                         double *thresholds, float *float_thresholds);

/// At most so many bins.
enum { SLOTSCOPE_MAX_BINS = 65534 };
/// How many counters `slotscope_statistics` works with for so many bins.
size_t slotscope_tables_size(uint32_t count);

/// One pass over `count` elements, a whole number of blocks, of any dtype that is not counted by patterns.
///
/// - summary: what is added to; NULL where not wanted.
/// - bins, tables: likewise. `tables` has `slotscope_tables_size` counters, all zero at first; after at most 2^32 - 1
///   elements they are to be flushed.
void slotscope_statistics(SlotscopeDType dtype, const void *data, size_t count, SlotscopeSummary *summary,
                          const SlotscopeBins *bins, uint32_t *tables);

/// Adds the tables to `counts` and clears them. `counts` has bins->count + 2 elements: below, the bins, above. NaN and
/// -inf are counted as below, +inf as above.
void slotscope_tables_flush(const SlotscopeBins *bins, uint32_t *tables, uint64_t *counts);

/// Adds counts to a sum of counts.
void slotscope_add_counts(uint64_t *sum, const uint64_t *counts, size_t size);

/// Bit patterns of the dtypes that are counted pattern by pattern: 2^bits of those whose elements have 16 bits or less
/// and no scale beside them. 0 for all others.
uint32_t slotscope_pattern_count(SlotscopeDType dtype);

/// How many counters `slotscope_count_patterns` works with.
size_t slotscope_pattern_tables_size(SlotscopeDType dtype);

/// How often each bit pattern occurs. `tables` are all zero at first; after at most 2^32 - 1 elements they are to be
/// flushed.
void slotscope_count_patterns(SlotscopeDType dtype, const void *data, size_t count, uint32_t *tables);

/// Adds the tables to `patterns`, which has `slotscope_pattern_count` elements, and clears them.
void slotscope_pattern_tables_flush(SlotscopeDType dtype, uint32_t *tables, uint64_t *patterns);

/// A value and how often it occurs.
typedef struct {
  double value;
  uint64_t count;
} SlotscopeCounted;

/// The values that occur, infinities too, in order; NaN is only counted. `counted` has room for every pattern.
/// Returns how many there are; a value that several patterns have stands there several times.
size_t slotscope_counted_of_patterns(SlotscopeDType dtype, const uint64_t *patterns, SlotscopeCounted *counted,
                                     uint64_t *nan);

/// At most so many elements are counted without tables.
enum { SLOTSCOPE_MAX_FEW = 16384 };
/// The same of at most `SLOTSCOPE_MAX_FEW` elements, for which tables would be too large a detour.
size_t slotscope_counted_of_few(SlotscopeDType dtype, const void *data, size_t count, SlotscopeCounted *counted,
                                uint64_t *nan);

/// The same as `slotscope_statistics`, of counted values, and `counts` like its flushed tables, but without NaN.
void slotscope_counted_statistics(const SlotscopeCounted *counted, size_t entries, SlotscopeSummary *summary,
                                  const SlotscopeBins *bins, uint64_t *counts);

#endif
