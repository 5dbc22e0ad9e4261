#ifndef SLOTSCOPE_CSTORE_H
#define SLOTSCOPE_CSTORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What Swift cannot see of SQLite (sqlite3_db_config is variadic) and of Linux (sync_file_range wants _GNU_SOURCE;
// inotify's events end in an array of unknown length; malloc.h is in no module).

/// Closing the last connection shall not checkpoint: checkpoints belong under the store's write lock.
/// `connection` is an sqlite3 *. Returns an SQLite result code.
int slotscope_sqlite_no_checkpoint_on_close(void *connection);

/// Keeps -wal and -shm when the last connection closes, so that readers without write permission find them.
int slotscope_sqlite_persist_wal(void *connection);

/// Makes whatever statement runs on an open connection fail with SQLITE_INTERRUPT; from any thread.
void slotscope_sqlite_interrupt(void *connection);

/// Reading rows without a copy of each value, for scans of all rows: `statement` is an sqlite3_stmt * of the connection
/// that the caller holds. SQLITE_ROW is 100, SQLITE_DONE 101.
int slotscope_sqlite_step(void *statement);
void slotscope_sqlite_reset(void *statement);
/// Of a statement that is not being stepped through; `place` counts from 1. Returns an SQLite result code.
int slotscope_sqlite_bind_integer(void *statement, int place, int64_t value);
/// Whether the value is an integer, which `value` then is.
bool slotscope_sqlite_integer(void *statement, int column, int64_t *value);
/// NULL where the value is no text; valid until the next step.
const uint8_t *slotscope_sqlite_text(void *statement, int column, size_t *count);

/// A word as a quick look at rows takes it: ASCII, in lower case unless case counts.
typedef struct slotscope_word {
  uint8_t bytes[32];
  uint8_t count;
  /// Each of its letters once, those that few texts have first.
  uint8_t letters[32];
  uint8_t letter_count;
  bool folds_case;
  bool is_number;
} slotscope_word;

/// Which columns of a statement a quick look reads. Metadata of `metadata_cut` bytes or more may be cut off there.
typedef struct slotscope_word_columns {
  int slot_id, type, name, metadata;
  size_t metadata_cut;
} slotscope_word_columns;

/// Whether the row that a statement stands at may have a word: false only where its letters stand nowhere in type, name
/// or metadata in their order and within `spread` times their number, the slot number has it not, and no escape could
/// hide it. A true says nothing: whoever can tell looks closer.
bool slotscope_row_may_have(void *statement, slotscope_word_columns columns, const slotscope_word *word, int spread);

/// Starts writing a range of a file's dirty pages to the device, without waiting.
void slotscope_begin_writeback(int descriptor, int64_t offset, int64_t count);

/// rename(2) that replaces nothing, or that exchanges both names: 0, or -1 with errno (EINVAL or ENOSYS where that
/// can't be done).
int slotscope_rename_to_new(const char *from, const char *to);
int slotscope_rename_exchanging(const char *from, const char *to);

/// Watches what is written in a folder, without waiting; -1 where that can't be done.
int slotscope_watch_folder(const char *path);

/// Watches which names come and go in a folder, and not what is written; -1 where that can't be done.
int slotscope_watch_names(const char *path);

/// Watches what becomes of the files in a folder, and not that new ones are made; -1 where that can't be done.
int slotscope_watch_contents(const char *path);

/// Takes all events that wait, and tells whether any was of a file whose name begins with `prefix` and which holds
/// data (not SQLite's -shm, which readers write too).
bool slotscope_take_events(int descriptor, const char *prefix);

/// Lets malloc give every block of at least so many bytes pages of its own, which go back to the system when it is
/// freed. glibc raises that bound by itself as such blocks are freed, and then keeps what they leave free.
void slotscope_give_back_blocks(int bytes);

/// A running XXH3 digest of 64 bits. libxxhash chooses the widest vector unit by macros, which Swift does not see.
typedef struct slotscope_xxh3 slotscope_xxh3;

/// NULL where there is no memory.
slotscope_xxh3 *slotscope_xxh3_create(void);
void slotscope_xxh3_free(slotscope_xxh3 *state);
void slotscope_xxh3_update(slotscope_xxh3 *state, const void *bytes, size_t count);
/// The digest of all since the last one, and begins anew.
uint64_t slotscope_xxh3_finish(slotscope_xxh3 *state);

#endif
