#include "CStore.h"

#include <xxhash.h>
#if defined(__x86_64__)
#include <xxh_x86dispatch.h>
#endif

slotscope_xxh3 *slotscope_xxh3_create(void) {
  XXH3_state_t *state = XXH3_createState();
  if (state) XXH3_64bits_reset(state);
  return (slotscope_xxh3 *)state;
}

void slotscope_xxh3_free(slotscope_xxh3 *state) { XXH3_freeState((XXH3_state_t *)state); }

void slotscope_xxh3_update(slotscope_xxh3 *state, const void *bytes, size_t count) {
  XXH3_64bits_update((XXH3_state_t *)state, bytes, count);
}

uint64_t slotscope_xxh3_finish(slotscope_xxh3 *state) {
  uint64_t digest = XXH3_64bits_digest((XXH3_state_t *)state);
  XXH3_64bits_reset((XXH3_state_t *)state);
  return digest;
}
