/// Which code path to take.
#ifndef SLOTSCOPE_CPU_H
#define SLOTSCOPE_CPU_H

#include <stdbool.h>

#if defined(__x86_64__)
#define SLOTSCOPE_HAS_AVX2_CODE 1
#define SLOTSCOPE_AVX2 __attribute__((target("avx2")))
#else
#define SLOTSCOPE_HAS_AVX2_CODE 0
#endif

/// Whether this processor has AVX2: asked once, and no while the portable code is forced.
bool slotscope_has_avx2(void);

#endif
