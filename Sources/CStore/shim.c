#define _GNU_SOURCE
#include "CStore.h"

#include <fcntl.h>
#include <sqlite3.h>

int slotscope_sqlite_no_checkpoint_on_close(void *connection) {
  return sqlite3_db_config((sqlite3 *)connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}

int slotscope_sqlite_persist_wal(void *connection) {
  int on = 1;
  return sqlite3_file_control((sqlite3 *)connection, "main", SQLITE_FCNTL_PERSIST_WAL, &on);
}

void slotscope_begin_writeback(int descriptor, int64_t offset, int64_t count) {
  (void)sync_file_range(descriptor, offset, count, SYNC_FILE_RANGE_WRITE);
}
