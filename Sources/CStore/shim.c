#define _GNU_SOURCE
#include "CStore.h"

#include <fcntl.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

int slotscope_sqlite_no_checkpoint_on_close(void *connection) {
  return sqlite3_db_config((sqlite3 *)connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}

int slotscope_sqlite_persist_wal(void *connection) {
  int on = 1;
  return sqlite3_file_control((sqlite3 *)connection, "main", SQLITE_FCNTL_PERSIST_WAL, &on);
}

void slotscope_sqlite_interrupt(void *connection) {
  if (connection) sqlite3_interrupt((sqlite3 *)connection);
}

int slotscope_sqlite_step(void *statement) { return sqlite3_step((sqlite3_stmt *)statement); }

int slotscope_sqlite_bind_integer(void *statement, int place, int64_t value) {
  return sqlite3_bind_int64((sqlite3_stmt *)statement, place, value);
}

void slotscope_sqlite_reset(void *statement) { sqlite3_reset((sqlite3_stmt *)statement); }

// The statement is the caller's alone, so that its values may be looked at without a lock for each look.
bool slotscope_sqlite_integer(void *statement, int column, int64_t *value) {
  sqlite3_value *const found = sqlite3_column_value((sqlite3_stmt *)statement, column);
  if (sqlite3_value_type(found) != SQLITE_INTEGER) return false;
  *value = sqlite3_value_int64(found);
  return true;
}

const uint8_t *slotscope_sqlite_text(void *statement, int column, size_t *count) {
  sqlite3_value *const found = sqlite3_column_value((sqlite3_stmt *)statement, column);
  if (sqlite3_value_type(found) != SQLITE_TEXT) return NULL;
  const uint8_t *text = sqlite3_value_text(found);
  *count = (size_t)sqlite3_value_bytes(found);
  return text;
}

void slotscope_begin_writeback(int descriptor, int64_t offset, int64_t count) {
  (void)sync_file_range(descriptor, offset, count, SYNC_FILE_RANGE_WRITE);
}

void slotscope_give_back_blocks(int bytes) {
#ifdef __GLIBC__
  (void)mallopt(M_MMAP_THRESHOLD, bytes);
#else
  (void)bytes;
#endif
}

int slotscope_rename_to_new(const char *from, const char *to) {
  return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
}

int slotscope_rename_exchanging(const char *from, const char *to) {
  return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE);
}

static int watch(const char *path, uint32_t events) {
  int descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (descriptor < 0) return -1;
  if (inotify_add_watch(descriptor, path, events) < 0) {
    close(descriptor);
    return -1;
  }
  return descriptor;
}

int slotscope_watch_folder(const char *path) {
  return watch(path, IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF);
}

int slotscope_watch_names(const char *path) {
  return watch(path, IN_CREATE | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF);
}

int slotscope_watch_contents(const char *path) {
  return watch(path, IN_ATTRIB | IN_MODIFY | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF);
}

bool slotscope_take_events(int descriptor, const char *prefix) {
  char buffer[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
  bool found = false;
  ssize_t count;
  while ((count = read(descriptor, buffer, sizeof buffer)) > 0) {
    for (const char *at = buffer; at < buffer + count;) {
      const struct inotify_event *event = (const struct inotify_event *)at;
      const char *name = event->len > 0 ? event->name : "";
      size_t length = strlen(name);
      bool is_shared_memory = length >= 4 && strcmp(name + length - 4, "-shm") == 0;
      if (event->len == 0 || (strncmp(name, prefix, strlen(prefix)) == 0 && !is_shared_memory)) found = true;
      at += sizeof(struct inotify_event) + event->len;
    }
  }
  return found;
}
