#include "cpu.h"

#include "CKernels.h"

/// -1 until the processor was asked. Two threads that ask at the same time write the same answer.
static int known = -1;
static int forced = 0;

bool slotscope_has_avx2(void) {
#if SLOTSCOPE_HAS_AVX2_CODE
  int answer = __atomic_load_n(&known, __ATOMIC_RELAXED);
  if (answer < 0) {
    __builtin_cpu_init();
    answer = __builtin_cpu_supports("avx2") ? 1 : 0;
    __atomic_store_n(&known, answer, __ATOMIC_RELAXED);
  }
  return answer != 0 && __atomic_load_n(&forced, __ATOMIC_RELAXED) == 0;
#else
  return false;
#endif
}

void slotscope_force_portable(int force) { __atomic_store_n(&forced, force, __ATOMIC_RELAXED); }
