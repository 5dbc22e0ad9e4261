/// How far the values of two arrays lie apart, a block at a time.
#include <math.h>
#include <string.h>

#include "difference.h"
#include "kernels.h"

#pragma STDC FP_CONTRACT OFF

enum { BLOCK = 1024, LANES = 8 };

/// Plain sums over a block.
typedef struct {
  double absolute, squares, a_squares, b_squares, products, max;
  uint64_t differing;
} BlockDifference;

/// Values are taken times this where their squares would be too large for sums of any length.
static const double REDUCED = 0x1p-600;

/// Whether all values were finite, and no sum of such blocks can overflow.
static bool is_sound(const BlockDifference *block) {
  return block->a_squares < 0x1p900 && block->b_squares < 0x1p900 && block->squares < 0x1p900;
}

/// Vectors of the compiler's own: registers of whatever width the processor has.
typedef double Doubles __attribute__((vector_size(LANES * sizeof(double))));
typedef int64_t Integers __attribute__((vector_size(LANES * sizeof(int64_t))));
typedef float Floats __attribute__((vector_size(LANES * sizeof(float))));

static inline __attribute__((always_inline)) double tree(const Doubles *v) {
  double x[LANES];
  memcpy(x, v, sizeof x);
  return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
}

/// `is_float`: of `a` and `b`, which otherwise hold doubles. What is left at the end goes through the same lanes, with
/// zeros after it, which add nothing.
static inline __attribute__((always_inline)) void block_difference(const void *a, const void *b, size_t count,
                                                                   bool is_float, BlockDifference *out) {
  const Integers magnitude = (Integers){0} + INT64_MAX;
  Doubles absolute = {0}, squares = {0}, a_squares = {0}, b_squares = {0}, products = {0}, max = {0};
  Integers differing = {0};
  size_t size = is_float ? sizeof(float) : sizeof(double);
  for (size_t i = 0; i < count; i += LANES) {
    const char *from_a = (const char *)a + i * size, *from_b = (const char *)b + i * size;
    char rest_a[sizeof(Doubles)] = {0}, rest_b[sizeof(Doubles)] = {0};
    if (count - i < LANES) {
      memcpy(rest_a, from_a, (count - i) * size);
      memcpy(rest_b, from_b, (count - i) * size);
      from_a = rest_a;
      from_b = rest_b;
    }
    Doubles x, y;
    if (is_float) {
      Floats float_x, float_y;
      memcpy(&float_x, from_a, sizeof float_x);
      memcpy(&float_y, from_b, sizeof float_y);
      x = __builtin_convertvector(float_x, Doubles);
      y = __builtin_convertvector(float_y, Doubles);
    } else {
      memcpy(&x, from_a, sizeof x);
      memcpy(&y, from_b, sizeof y);
    }
    Doubles step = y - x, size_of_step = (Doubles)((Integers)step & magnitude);
    absolute += size_of_step;
    squares += step * step;
    a_squares += x * x;
    b_squares += y * y;
    products += x * y;
    Integers is_larger = size_of_step > max;
    max = (Doubles)(((Integers)size_of_step & is_larger) | ((Integers)max & ~is_larger));
    differing -= x != y;
  }
  double maxima[LANES];
  int64_t counts[LANES];
  memcpy(maxima, &max, sizeof maxima);
  memcpy(counts, &differing, sizeof counts);
  *out = (BlockDifference){tree(&absolute), tree(&squares), tree(&a_squares), tree(&b_squares), tree(&products), 0, 0};
  for (int k = 0; k < LANES; k++) {
    if (maxima[k] > out->max) out->max = maxima[k];
    out->differing += (uint64_t)counts[k];
  }
}

static void block_f32_portable(const void *a, const void *b, size_t count, BlockDifference *out) {
  block_difference(a, b, count, true, out);
}
static void block_f64_portable(const void *a, const void *b, size_t count, BlockDifference *out) {
  block_difference(a, b, count, false, out);
}
#if SLOTSCOPE_HAS_AVX2_CODE
SLOTSCOPE_AVX2 static void block_f32_avx2(const void *a, const void *b, size_t count, BlockDifference *out) {
  block_difference(a, b, count, true, out);
}
SLOTSCOPE_AVX2 static void block_f64_avx2(const void *a, const void *b, size_t count, BlockDifference *out) {
  block_difference(a, b, count, false, out);
}
#endif

/// Real and imaginary parts in turn.
static void block_complex(const double *a, const double *b, size_t count, BlockDifference *out) {
  *out = (BlockDifference){0};
  for (size_t i = 0; i < count; i++, a += 2, b += 2) {
    double re = b[0] - a[0], im = b[1] - a[1], square = re * re + im * im, size = sqrt(square);
    out->absolute += size;
    out->squares += square;
    out->a_squares += a[0] * a[0] + a[1] * a[1];
    out->b_squares += b[0] * b[0] + b[1] * b[1];
    out->products += a[0] * b[0] + a[1] * b[1];
    if (size > out->max) out->max = size;
    out->differing += a[0] != b[0] || a[1] != b[1];
  }
}

/// How a block's values lie in memory.
typedef enum { AS_FLOATS, AS_DOUBLES, AS_COMPLEX } Form;

static void block_of(Form form, const void *a, const void *b, size_t count, BlockDifference *out) {
  if (form == AS_COMPLEX) {
    block_complex(a, b, count, out);
    return;
  }
#if SLOTSCOPE_HAS_AVX2_CODE
  if (slotscope_has_avx2()) {
    (form == AS_FLOATS ? block_f32_avx2 : block_f64_avx2)(a, b, count, out);
    return;
  }
#endif
  (form == AS_FLOATS ? block_f32_portable : block_f64_portable)(a, b, count, out);
}

/// Knuth's two-sum.
static void add(SlotscopeSum *sum, double value) {
  double total = sum->high + value, part = total - sum->high;
  sum->low += (sum->high - (total - part)) + (value - part);
  sum->high = total;
}

/// Adds what another sum knows, times `scale` as often as `degree` says.
static void add_sum(SlotscopeSum *into, SlotscopeSum other, double scale, int degree) {
  for (int i = 0; i < degree; i++) {
    other.high *= scale;
    other.low *= scale;
  }
  add(into, other.high);
  add(into, other.low);
}

static void add_sums(SlotscopeDifference *into, const SlotscopeDifference *other, double scale) {
  add_sum(&into->absolute, other->absolute, scale, 1);
  add_sum(&into->squares, other->squares, scale, 2);
  add_sum(&into->a_squares, other->a_squares, scale, 2);
  add_sum(&into->b_squares, other->b_squares, scale, 2);
  add_sum(&into->products, other->products, scale, 2);
}

static void make_scaled(SlotscopeDifference *difference) {
  SlotscopeDifference old = *difference;
  SlotscopeSum none = {0, 0};
  difference->absolute = difference->squares = none;
  difference->a_squares = difference->b_squares = difference->products = none;
  difference->is_scaled = 1;
  add_sums(difference, &old, REDUCED);
}

/// Adds a block's sums, which were taken of reduced values where `is_scaled`.
static void add_block(SlotscopeDifference *difference, const BlockDifference *block, bool is_scaled) {
  if (is_scaled && !difference->is_scaled) make_scaled(difference);
  double scale = difference->is_scaled && !is_scaled ? REDUCED : 1;
  add(&difference->absolute, block->absolute * scale);
  add(&difference->squares, block->squares * scale * scale);
  add(&difference->a_squares, block->a_squares * scale * scale);
  add(&difference->b_squares, block->b_squares * scale * scale);
  add(&difference->products, block->products * scale * scale);
}

static double magnitude(Form form, const void *a, const void *b, size_t i) {
  if (form == AS_FLOATS) return fabs((double)((const float *)b)[i] - (double)((const float *)a)[i]);
  if (form == AS_DOUBLES) return fabs(((const double *)b)[i] - ((const double *)a)[i]);
  const double *x = (const double *)a + 2 * i, *y = (const double *)b + 2 * i;
  double re = y[0] - x[0], im = y[1] - x[1];
  return sqrt(re * re + im * im);
}

static void note_max(SlotscopeDifference *difference, Form form, const void *a, const void *b, size_t count,
                     uint64_t first, double max) {
  if (!(max > difference->max)) return;
  difference->max = max;
  for (size_t i = 0; i < count; i++)
    if (magnitude(form, a, b, i) == max) {
      difference->max_index = first + i;
      return;
    }
}

static bool is_same_value(double a, double b) { return a == b || (isnan(a) && isnan(b)); }

/// A block with values that are not finite, or that are too large for their squares: as doubles, with zeros where either
/// of a pair is not finite.
static void add_odd_block(SlotscopeDifference *difference, Form form, double *a, double *b, size_t count,
                          uint64_t first) {
  size_t parts = form == AS_COMPLEX ? 2 : 1;
  for (size_t i = 0; i < count; i++) {
    double *x = a + i * parts, *y = b + i * parts;
    bool is_finite = true, is_same = true;
    for (size_t k = 0; k < parts; k++) {
      is_finite = is_finite && isfinite(x[k]) && isfinite(y[k]);
      is_same = is_same && is_same_value(x[k], y[k]);
    }
    if (is_finite) continue;
    difference->not_finite++;
    difference->not_finite_differing += !is_same;
    difference->finite--;
    for (size_t k = 0; k < parts; k++) x[k] = y[k] = 0;
  }
  BlockDifference block;
  block_of(form, a, b, count, &block);
  difference->differing += block.differing;
  note_max(difference, form, a, b, count, first, block.max);
  bool is_scaled = !is_sound(&block);
  if (is_scaled) {
    for (size_t i = 0; i < count * parts; i++) {
      a[i] *= REDUCED;
      b[i] *= REDUCED;
    }
    block_of(form, a, b, count, &block);
  }
  add_block(difference, &block, is_scaled);
}

/// Real and imaginary parts in turn; those of real numbers are zero.
static void decode_parts(SlotscopeDType dtype, const char *data, size_t count, double *out) {
  if (dtype == SLOTSCOPE_COMPLEX64) {
    slotscope_decode_f64(SLOTSCOPE_FLOAT32, data, 2 * count, out);
  } else if (dtype == SLOTSCOPE_COMPLEX128) {
    memcpy(out, data, 2 * count * sizeof(double));
  } else {
    double real[BLOCK];
    slotscope_decode_f64(dtype, data, count, real);
    for (size_t i = 0; i < count; i++) {
      out[2 * i] = real[i];
      out[2 * i + 1] = 0;
    }
  }
}

static void decode(Form form, SlotscopeDType dtype, const char *data, size_t count, double *out) {
  if (form == AS_COMPLEX) {
    decode_parts(dtype, data, count, out);
  } else {
    slotscope_decode_f64(dtype, data, count, out);
  }
}

static bool is_complex(SlotscopeDType dtype) { return dtype == SLOTSCOPE_COMPLEX64 || dtype == SLOTSCOPE_COMPLEX128; }

static size_t byte_count(SlotscopeDType dtype, size_t count) {
  SlotscopeBlock block = slotscope_block(dtype);
  return count / block.elements * block.bytes;
}

void slotscope_difference(SlotscopeDType a_dtype, const void *a, SlotscopeDType b_dtype, const void *b, size_t count,
                          uint64_t first, SlotscopeDifference *difference) {
  const char *from_a = a, *from_b = b;
  bool are_floats = a_dtype == SLOTSCOPE_FLOAT32 && b_dtype == SLOTSCOPE_FLOAT32;
  bool is_aligned = ((uintptr_t)a | (uintptr_t)b) % _Alignof(float) == 0;
  Form form = is_complex(a_dtype) || is_complex(b_dtype) ? AS_COMPLEX : AS_DOUBLES;
  double as[2 * BLOCK], bs[2 * BLOCK];
  if (a_dtype != b_dtype) difference->bytes_differ = 1;
  for (size_t n; count > 0; count -= n, first += n) {
    n = count < BLOCK ? count : BLOCK;
    size_t a_bytes = byte_count(a_dtype, n), b_bytes = byte_count(b_dtype, n);
    if (!difference->bytes_differ && memcmp(from_a, from_b, a_bytes) != 0) difference->bytes_differ = 1;
    difference->finite += n;
    Form current = are_floats && is_aligned ? AS_FLOATS : form;
    const void *x = from_a, *y = from_b;
    if (current != AS_FLOATS) {
      decode(form, a_dtype, from_a, n, as);
      decode(form, b_dtype, from_b, n, bs);
      x = as;
      y = bs;
    }
    BlockDifference block;
    block_of(current, x, y, n, &block);
    if (is_sound(&block)) {
      difference->differing += block.differing;
      note_max(difference, current, x, y, n, first, block.max);
      add_block(difference, &block, false);
    } else {
      if (current == AS_FLOATS) {
        decode(form, a_dtype, from_a, n, as);
        decode(form, b_dtype, from_b, n, bs);
      }
      add_odd_block(difference, form, as, bs, n, first);
    }
    from_a += a_bytes;
    from_b += b_bytes;
  }
}

void slotscope_difference_merge(SlotscopeDifference *into, const SlotscopeDifference *other) {
  into->finite += other->finite;
  into->differing += other->differing;
  into->not_finite += other->not_finite;
  into->not_finite_differing += other->not_finite_differing;
  into->bytes_differ |= other->bytes_differ;
  if (other->max > into->max) {
    into->max = other->max;
    into->max_index = other->max_index;
  }
  if (other->is_scaled && !into->is_scaled) make_scaled(into);
  add_sums(into, other, into->is_scaled && !other->is_scaled ? REDUCED : 1);
}
