#ifndef SLOTSCOPE_CSTORE_H
#define SLOTSCOPE_CSTORE_H

#include <stdint.h>

// What Swift cannot see of SQLite (sqlite3_db_config is variadic) and of Linux (sync_file_range wants _GNU_SOURCE).

/// Closing the last connection shall not checkpoint: checkpoints belong under the store's write lock.
/// `connection` is an sqlite3 *. Returns an SQLite result code.
int slotscope_sqlite_no_checkpoint_on_close(void *connection);

/// Keeps -wal and -shm when the last connection closes, so that readers without write permission find them.
int slotscope_sqlite_persist_wal(void *connection);

/// Starts writing a range of a file's dirty pages to the device, without waiting.
void slotscope_begin_writeback(int descriptor, int64_t offset, int64_t count);

#endif
