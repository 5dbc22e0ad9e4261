#define _GNU_SOURCE
#include "CStore.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

// So much of a text is folded at once.
enum { window = 1024 };

// Whether the word's letters stand in a text in their order, the last no further from the first than `reach` letters.
static bool has_letters(const uint8_t *text, size_t count, const slotscope_word *word, size_t reach) {
  // Most texts lack some letter.
  for (size_t index = 0; index < word->letter_count; index++)
    if (!memchr(text, word->letters[index], count)) return false;
  const uint8_t *const end = text + count;
  const uint8_t *start = text;
  while ((size_t)(end - start) >= word->count && (start = memchr(start, word->bytes[0], (size_t)(end - start)))) {
    const uint8_t *const limit = (size_t)(end - start) < reach ? end : start + reach;
    const uint8_t *wanted = word->bytes + 1, *const last = word->bytes + word->count;
    // Nearly no letter is the wanted one: a branch is cheaper than counting without.
    for (const uint8_t *letter = start + 1; wanted < last && letter < limit; letter++)
      if (*letter == *wanted) wanted++;
    if (wanted == last) return true;
    start++;
  }
  return false;
}

static void fold(const uint8_t *restrict text, size_t count, uint8_t *restrict folded) {
  for (size_t index = 0; index < count; index++) {
    const uint8_t byte = text[index];
    folded[index] = (uint8_t)(byte - 'A') < 26 ? byte | 0x20 : byte;
  }
}

static bool text_may_have(sqlite3_value *value, const slotscope_word *word, size_t reach, size_t cut) {
  if (sqlite3_value_type(value) != SQLITE_TEXT) return false;
  const uint8_t *text = sqlite3_value_text(value);
  const size_t count = (size_t)sqlite3_value_bytes(value);
  if (count < word->count) return false;
  if (!text || count >= cut || reach >= window || memchr(text, '\\', count)) return true;
  if (!word->folds_case) return has_letters(text, count, word, reach);
  uint8_t folded[window];
  for (size_t start = 0;; start += window - reach) {
    const size_t part = count - start < window ? count - start : window;
    fold(text + start, part, folded);
    if (has_letters(folded, part, word, reach)) return true;
    if (start + part == count) return false;
  }
}

static bool number_may_have(int64_t number, const slotscope_word *word) {
  char digits[24];
  const int count = snprintf(digits, sizeof digits, "%lld", (long long)number);
  return memmem(digits, (size_t)count, word->bytes, word->count);
}

bool slotscope_row_may_have(void *statement, slotscope_word_columns columns, const slotscope_word *word, int spread) {
  sqlite3_stmt *const row = (sqlite3_stmt *)statement;
  const size_t reach = (size_t)word->count * (size_t)spread;
  sqlite3_value *const metadata = sqlite3_column_value(row, columns.metadata);
  sqlite3_value *const name = sqlite3_column_value(row, columns.name);
  sqlite3_value *const type = sqlite3_column_value(row, columns.type);
  // A missing type has a name of its own.
  return sqlite3_value_type(type) != SQLITE_TEXT || text_may_have(type, word, reach, SIZE_MAX)
    || text_may_have(name, word, reach, SIZE_MAX) || text_may_have(metadata, word, reach, columns.metadata_cut)
    || (word->is_number && number_may_have(sqlite3_column_int64(row, columns.slot_id), word));
}
