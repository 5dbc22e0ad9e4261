// Tells the thread sanitizer of the two halves of Swift's `Mutex` that it can't see.
//
// Taking and releasing a free lock is compiled into our modules, so the sanitizer watches it. What a contended one
// does, `_MutexHandle._lockSlow`, `_tryLockSlow` and `_unlockSlow` (swift: stdlib/public/Synchronization/Mutex/
// LinuxImpl.swift), is in libswiftSynchronization, which is built without it: every lock that had to be waited for
// is then reported as a race of what it guards. scripts/sanitize links this file into the tests, and the linker's
// --wrap puts it around the three. It adds only the order that the lock really makes, so real races stay reported.

#include <stdbool.h>
#include <stdint.h>

// Absent where something is linked without the sanitizer.
extern void __tsan_acquire(const void *) __attribute__((weak));
extern void __tsan_release(const void *) __attribute__((weak));

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))
#define HANDLE "$s15Synchronization12_MutexHandleV"

SWIFT void library_lock(uint32_t thread, SELF const void *lock) __asm__("__real_" HANDLE "9_lockSlowyys6UInt32VF");
SWIFT bool library_try(SELF const void *lock) __asm__("__real_" HANDLE "12_tryLockSlowSbyF");
SWIFT void library_unlock(SELF const void *lock) __asm__("__real_" HANDLE "11_unlockSlowyyF");

SWIFT void watched_lock(uint32_t thread, SELF const void *lock) __asm__("__wrap_" HANDLE "9_lockSlowyys6UInt32VF");
SWIFT bool watched_try(SELF const void *lock) __asm__("__wrap_" HANDLE "12_tryLockSlowSbyF");
SWIFT void watched_unlock(SELF const void *lock) __asm__("__wrap_" HANDLE "11_unlockSlowyyF");

SWIFT void watched_lock(uint32_t thread, SELF const void *lock) {
  library_lock(thread, lock);
  if (__tsan_acquire) __tsan_acquire(lock);
}

SWIFT bool watched_try(SELF const void *lock) {
  bool taken = library_try(lock);
  if (taken && __tsan_acquire) __tsan_acquire(lock);
  return taken;
}

SWIFT void watched_unlock(SELF const void *lock) {
  if (__tsan_release) __tsan_release(lock);
  library_unlock(lock);
}
