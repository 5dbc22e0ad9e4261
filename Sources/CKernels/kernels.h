/// What the parts of the statistics kernels share.
#ifndef SLOTSCOPE_KERNELS_H
#define SLOTSCOPE_KERNELS_H

#include <stdbool.h>

#include "cpu.h"
#include "statistics.h"

/// Elements that are worked on at a time, so that several passes over them find them in the first-level cache.
enum { BLOCK_F32 = 4096, BLOCK_F64 = 2048 };
/// Element i of a block is added in lane i % lanes; the lanes are added as a tree at the end.
enum { LANES_F32 = 16, LANES_F64 = 8 };

/// Plain sums over a block. Meaningless where the block has values that are not finite: `sum` is then not finite.
typedef struct {
  double sum, squares, min, max;
  size_t zeros;
} BlockSums;

void slotscope_block_sums_f32(const float *values, size_t count, BlockSums *sums);
void slotscope_block_sums_f64(const double *values, size_t count, BlockSums *sums);

/// Lanes before they are added up.
typedef struct {
  double sum[LANES_F32], squares[LANES_F32];
  float min[LANES_F32], max[LANES_F32];
  size_t zeros;
} LanesF32;
typedef struct {
  double sum[LANES_F64], squares[LANES_F64], min[LANES_F64], max[LANES_F64];
  size_t zeros;
} LanesF64;

/// The whole steps of LANES elements of a block; the rest is the caller's.
void slotscope_lanes_f32_avx2(const float *values, size_t steps, LanesF32 *lanes);
void slotscope_lanes_f64_avx2(const double *values, size_t steps, LanesF64 *lanes);

/// Asks for the cache line that is needed a few hundred cycles after the one at `address`: the processor's own
/// prefetching stops at every page. An address past the end does no harm.
enum { PREFETCH_BYTES = 4096 };
static inline void slotscope_prefetch(const void *address) {
  __builtin_prefetch((const void *)((uintptr_t)address + PREFETCH_BYTES));
}

/// How the counters of a histogram are laid out. Few bins are counted in pairs: one increment for two neighbours, at
/// first slot + stride × second slot, which is fewer memory operations; two tables in turn, so that equal pairs do not
/// wait for each other. Many bins are counted one by one, in four tables in turn. The table `singles` takes what is left
/// over at the end of a block, and is one of the four where there are no pairs.
typedef struct {
  size_t stride;
  bool is_paired;
  uint32_t *pairs[2], *singles[4];
} Tables;

enum { MAX_PAIRED_SLOTS = 128, SINGLE_TABLES = 4 };

Tables slotscope_tables(const SlotscopeBins *bins, uint32_t *memory);

/// Counts values: all of a block, or whole steps of 32.
void slotscope_count_f32(const SlotscopeBins *bins, const float *values, size_t count, const Tables *tables);
void slotscope_count_f64(const SlotscopeBins *bins, const double *values, size_t count, const Tables *tables);
void slotscope_count_f32_avx2(const SlotscopeBins *bins, const float *values, size_t steps, const Tables *tables);
void slotscope_count_f64_avx2(const SlotscopeBins *bins, const double *values, size_t steps, const Tables *tables);

/// The slot of a value: 0 below (and NaN), 1 … count the bins, count + 1 above.
uint16_t slotscope_slot_of_double(const SlotscopeBins *bins, double value);

/// Adds `value` to the sum of two doubles, exactly but for the low part's rounding (Knuth's two-sum).
void slotscope_add_to_sum(SlotscopeSummary *summary, double value);

void slotscope_summarize_block_f32(const float *values, size_t count, SlotscopeSummary *summary);
void slotscope_summarize_block_f64(const double *values, size_t count, SlotscopeSummary *summary);

#endif
