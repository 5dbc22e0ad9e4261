#ifndef SLOTSCOPE_MD5_H
#define SLOTSCOPE_MD5_H

#include <stddef.h>
#include <stdint.h>

/// MD5 (RFC 1321) of bytes that come in pieces.
typedef struct {
  uint32_t state[4];
  /// Bytes so far; those that fill no block yet are in `rest`.
  uint64_t count;
  uint8_t rest[64];
} SlotscopeMD5;

void slotscope_md5_begin(SlotscopeMD5 *md5);

/// Takes the next bytes of two streams at once. Each step of MD5 waits for the one before it, which leaves most of a
/// core idle: two streams side by side take hardly longer than one.
void slotscope_md5_update_pair(SlotscopeMD5 *one, const void *bytes, size_t count, SlotscopeMD5 *other,
                               const void *other_bytes, size_t other_count);

/// Puts the 16 bytes of the digest into `digest`.
void slotscope_md5_finish(SlotscopeMD5 *md5, uint8_t *digest);

#endif
