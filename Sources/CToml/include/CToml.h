#ifndef SLOTSCOPE_CTOML_H
#define SLOTSCOPE_CTOML_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// toml++ is a C++ library, which Swift sees through these two functions alone. No text ends the process or throws.

/// What something in a text is. Of what no setting takes, floats and dates, nothing more is told.
typedef enum slotscope_toml_kind : int32_t {
  SLOTSCOPE_TOML_TABLE,
  SLOTSCOPE_TOML_ARRAY,
  SLOTSCOPE_TOML_TEXT,
  SLOTSCOPE_TOML_INTEGER,
  SLOTSCOPE_TOML_BOOLEAN,
  SLOTSCOPE_TOML_OTHER,
} slotscope_toml_kind;

/// Part of a text, not terminated.
typedef struct slotscope_toml_text {
  const char *bytes;
  size_t count;
} slotscope_toml_text;

/// A key with its value, or an element of an array, which has no key.
typedef struct slotscope_toml_entry {
  slotscope_toml_kind kind;
  slotscope_toml_text key;
  slotscope_toml_text text;
  /// Also a boolean, as 0 or 1.
  int64_t integer;
  /// Of a table or array: how many entries it holds. They follow it, each followed by its own.
  size_t children;
  /// Of the key, of an element itself; both from 1, a column is a character.
  uint32_t line, column;
} slotscope_toml_entry;

typedef struct slotscope_toml {
  /// The table of the whole text first. None where there is a mistake.
  const slotscope_toml_entry *entries;
  size_t count;
  /// Why the text is no TOML, and where; no bytes where it is.
  slotscope_toml_text mistake;
  uint32_t line, column;
} slotscope_toml;

/// Reads a text in UTF-8. NULL where there is no memory for it.
const slotscope_toml *slotscope_toml_read(const char *bytes, size_t count);

void slotscope_toml_free(const slotscope_toml *read);

#ifdef __cplusplus
}
#endif

#endif
