"""The order in which a save, a delete and a restore reach the disk, as the kernel sees it: what a power loss cuts off
is always the end of that order. And a failed fsync, which is believed and never tried again."""

import re
import shutil

import pytest

import foreign_store
from tracing import NAMES, SYNCS, WRITES, traced

STAGED = re.compile(r"wal/[0-9A-F-]{36}\.npy")
REVISION = re.compile(r"revisions/\d{8}\.r\d+\.[0-9a-f]{8}\.npy")
LINK = "slots/00000003.npy"
LOG = "index.db-wal"


def those(calls, names, path):
    """The successful calls of those names on a path, or on paths of a form."""
    names = (names,) if isinstance(names, str) else names
    return [call for call in calls if call.name in names and not call.failed
            and (path.fullmatch(call.path) if isinstance(path, re.Pattern) else call.path == path)]


def the_only(calls, names, path):
    found = those(calls, names, path)
    assert len(found) == 1, f"{names} of {path}: {found}"
    return found[0]


def assert_order(*steps):
    """Each of the steps, calls or lists of calls, has ended before the next one began."""
    steps = [step if isinstance(step, list) else [step] for step in steps]
    for earlier, later in zip(steps, steps[1:]):
        assert earlier and later, f"a step is missing: {earlier} before {later}"
        for one in earlier:
            for other in later:
                assert one.is_before(other), f"{one}\nis not before\n{other}"


def commit(calls, after):
    """The writes to SQLite's log after a call, and the sync that makes them last: the commit of a change."""
    written = [call for call in those(calls, WRITES, LOG) if after.is_before(call)]
    synced = [call for call in those(calls, SYNCS, LOG) if after.is_before(call)]
    assert written and synced, "the index was not committed"
    return [call for call in written if call.is_before(synced[0])], synced[0]


def lock_before(calls, later):
    """The taking of the write lock that a call was made under."""
    return [call for call in those(calls, "flock", "wal/lock") if call.is_before(later)][-1]


def new_link(calls):
    """The rename that puts a new link into slots/."""
    return the_only(calls, ("rename", "renameat", "renameat2"), LINK)


# ---------------------------------------------------------------------- the order

@pytest.mark.parametrize("what", ["first save", "overwrite"])
def test_a_save_reaches_the_disk_in_the_order_of_the_protocol(program, folder, what):
    store = folder / "store"
    program.run("build", "llm", 3 if what == "overwrite" else 4, store=store).ok()
    result, calls = traced(program, "build", "llm", 3, "--seed", 8, store=store)
    result.ok()

    staged_sync = the_only(calls, SYNCS, STAGED)
    published = the_only(calls, ("rename", "renameat", "renameat2"), REVISION)
    assert published.paths[0] == staged_sync.path
    log_writes, log_sync = commit(calls, after=published)
    revisions_sync = [call for call in those(calls, SYNCS, "revisions") if published.is_before(call)][:1]
    linked = new_link(calls)
    slots_sync = [call for call in those(calls, SYNCS, "slots") if linked.is_before(call)][:1]

    assert_order(those(calls, WRITES, STAGED), staged_sync, lock_before(calls, published), published, revisions_sync,
                 log_writes, log_sync, linked, slots_sync)
    assert those(calls, WRITES, REVISION) == [], "a revision is never written"
    assert foreign_store.check(store) == []


def test_a_large_save_is_on_the_disk_before_it_has_its_name(program, folder):
    store = folder / "store"
    result, calls = traced(program, "build", "cnn", 16, store=store)
    result.ok()
    written = those(calls, WRITES, STAGED)
    assert len(written) > 3, "it is written in chunks"
    published = the_only(calls, ("rename", "renameat", "renameat2"), REVISION)
    assert_order(written, the_only(calls, SYNCS, STAGED), lock_before(calls, published), published)


def test_a_delete_is_committed_before_the_link_goes(program, store):
    result, calls = traced(program, "delete", 3, "--yes", store=store)
    result.ok()
    removed, = [call for call in calls if call.name in NAMES and LINK in call.paths]
    log_writes, log_sync = commit(calls, after=lock_before(calls, removed))
    slots_sync = [call for call in those(calls, SYNCS, "slots") if removed.is_before(call)][:1]
    assert_order(lock_before(calls, removed), log_writes, log_sync, removed, slots_sync)


@pytest.mark.parametrize("what", ["undo", "undelete"])
def test_a_restore_is_committed_before_the_link_changes(program, run, store, what):
    run(*(["build", "llm", 3, "--seed", 8] if what == "undo" else ["delete", 3, "--yes"]), store=store).ok()
    result, calls = traced(program, "restore", 3, store=store)
    result.ok()
    linked = new_link(calls)
    log_writes, log_sync = commit(calls, after=lock_before(calls, linked))
    slots_sync = [call for call in those(calls, SYNCS, "slots") if linked.is_before(call)][:1]
    assert_order(lock_before(calls, linked), log_writes, log_sync, linked, slots_sync)


def test_a_dropped_revision_goes_only_when_nothing_leads_to_it_any_more(program, run, store):
    run("build", "llm", 3, "--seed", 8, store=store).ok()
    result, calls = traced(program, "build", "llm", 3, "--seed", 8, store=store)
    result.ok()
    # The same weights again: the revision that goes is the one that the link led to.
    removed = the_only(calls, ("unlink", "unlinkat"), REVISION)
    linked = new_link(calls)
    slots_sync = [call for call in those(calls, SYNCS, "slots") if linked.is_before(call)][:1]
    assert_order(commit(calls, after=lock_before(calls, linked))[1], linked, slots_sync, removed)


def test_a_purge_removes_the_entry_of_a_slot_before_what_it_leads_to(program, store):
    result, calls = traced(program, "delete", 3, "--purge", "--yes", store=store)
    result.ok()
    entry, = [call for call in calls if call.name in NAMES and LINK in call.paths]
    removed = the_only(calls, ("unlink", "unlinkat"), REVISION)
    assert_order(commit(calls, after=lock_before(calls, entry))[1], entry, removed)


# ---------------------------------------------------------------------- when the disk says no

def syncs_of(calls, path):
    """All attempts at syncing a path, whatever came of them."""
    return [call for call in calls if call.name in SYNCS
            and (path.fullmatch(call.path) if isinstance(path, re.Pattern) else call.path == path)]


def assert_failed_once(calls, path):
    """One of the syncs of a path failed, and it was the last one."""
    failures = [call.failed for call in syncs_of(calls, path)]
    assert failures.count(True) == 1 and failures[-1], f"syncs of {path}: {failures}"


def sync_number(program, store, path):
    """Which of its thread's fsync calls brings a path to the disk, tried on a copy."""
    copy = shutil.copytree(store, store.with_name("copy"), symlinks=True)
    result, calls = traced(program, "build", "llm", 3, "--seed", 8, store=copy)
    result.ok()
    wanted = syncs_of(calls, path)[0]
    return sum(call.name == "fsync" and call.thread == wanted.thread and call.ended <= wanted.ended for call in calls)


def test_a_failed_fsync_of_the_weights_is_believed(program, run, store):
    before = foreign_store.rows(store)
    number = sync_number(program, store, STAGED)
    result, calls = traced(program, "build", "llm", 3, "--seed", 8, store=store,
                           inject=f"fsync:error=EIO:when={number}")
    assert result.code == 2 and "wal/" in result.err, result.err
    assert_failed_once(calls, STAGED)
    assert those(calls, ("rename", "renameat", "renameat2"), REVISION) == []
    assert len(those(calls, ("unlink", "unlinkat"), STAGED)) == 1, "the staged file is dropped"
    assert foreign_store.rows(store) == before and foreign_store.check(store) == []


def test_a_failed_fsync_of_the_folder_of_revisions_is_believed(program, run, store):
    before = foreign_store.rows(store)
    revisions = sorted((store / "revisions").iterdir())
    result, calls = traced(program, "build", "llm", 3, "--seed", 8, store=store, only=store / "revisions",
                           inject="fsync:error=EIO")
    assert result.code == 2 and "revisions" in result.err, result.err
    assert_failed_once(calls, "revisions")
    assert foreign_store.rows(store) == before and foreign_store.check(store) == []
    run("build", "llm", 4, "--seed", 8, store=store).ok()
    assert sorted((store / "revisions").glob("00000003.*")) == [path for path in revisions if "00000003." in path.name]


def test_a_commit_whose_sync_failed_is_no_success(program, run, store):
    before = foreign_store.rows(store)[3]
    result, calls = traced(program, "build", "llm", 3, "--seed", 8, store=store, only=store / LOG,
                           inject="fsync,fdatasync:error=EIO")
    assert result.code == 2 and "try again" in result.err, result.err
    assert_failed_once(calls, LOG)
    # SQLite may yet find the commit in its log: then it is whole, as it is where it does not.
    row = foreign_store.rows(store)[3]
    assert row == before or row["checksum"] != before["checksum"]
    assert foreign_store.check(store) == [] or row != before
    run("build", "llm", 3, "--seed", 9, store=store).ok()
    assert foreign_store.check(store) == []
    assert run("verify", store=store).ok()


def test_a_failed_fsync_after_the_commit_is_no_failed_save(program, run, store):
    before = foreign_store.rows(store)
    # The first is that of the last command's link, before anything is saved.
    result, calls = traced(program, "build", "llm", 3, "--seed", 8, store=store, only=store / "slots",
                           inject="fsync:error=EIO:when=2+")
    assert result.code == 0, result.err
    assert_failed_once(calls, "slots")
    assert foreign_store.rows(store)[3]["checksum"] != before[3]["checksum"]
    result, calls = traced(program, "build", "llm", 4, "--seed", 8, store=store)
    result.ok()
    assert those(calls, SYNCS, "slots")[0].is_before(those(calls, WRITES, STAGED)[0]), "the next writer makes it last"
    assert foreign_store.check(store) == []
