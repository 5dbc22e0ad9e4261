"""A full disk, met at every step there is: said in words, every slot whole, and all well once there is room again."""

import re
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest

import foreign_store
import format_page
from browsing import choose, close_dialog, open_form, opened, press, quit_and_check, select
from program import assert_no_trace, contents, staged_files
from small_disk import SmallDisk

# Kilobytes left: every page at first, where -shm, -wal and the small files come one after the other; then the weights.
ROOM = [*range(0, 48, 4), 48, 64, 96, 128, 160, 192, 256, 320, 512]
FULL = re.compile(r"space|full|free on the device", re.IGNORECASE)


@pytest.fixture
def disk(folder):
    """A disk of 12 MB."""
    one = SmallDisk(folder / "disk", megabytes=12)
    yield one
    one.close()


@pytest.fixture(scope="module")
def template(program, session_folder):
    """LLM slots 0 to 3, slot 1 rebuilt once; CNN slot 5, of 134 KB; slot 6 is another program's."""
    store = session_folder / "full-template"
    program.run("build", "llm", "0-3", store=store).ok()
    program.run("rebuild", 1, "--seed", 3, store=store).ok()
    program.run("build", "cnn", 3, 5, store=store).ok()
    foreign_store.write_slot(store, 6, *foreign_store.llm_context(6))
    return store


@pytest.fixture(scope="module")
def page():
    return format_page.load()


@pytest.fixture
def store(template, disk):
    return Path(shutil.copytree(template, disk.folder / "store", symlinks=True))


def assert_full(done, *names):
    """It says that the disk is full, and where, in one line."""
    assert done.code == 2, f"exit code {done.code}\n{done.err}{done.out}"
    assert done.out == "" and len(done.err.strip().split("\n")) == 1, f"{done.out}{done.err}"
    assert FULL.search(done.err), f"it does not say that the disk is full: {done.err}"
    assert any(str(name) in done.err for name in names), f"it does not say where: {done.err}"
    assert_no_trace(done.err)


def held(page, store):
    """What each slot holds: the checksum of the weights that its row names, which must be the row's."""
    found = {}
    for slot in foreign_store.rows(store):
        row, weights = page.load_consistent(store, slot)
        found[slot] = foreign_store.md5(weights)
        assert found[slot] == row["checksum"], f"slot {slot} is torn"
    return found


def kept(store):
    """Every revision file that a row names, and whether it is there: none is lost, none is too many."""
    index = sqlite3.connect(f"file:{store}/index.db?mode=ro", uri=True)
    named = {name for name, in index.execute(
        "SELECT weight_file FROM history UNION SELECT weight_file FROM contexts WHERE revision IS NOT NULL")}
    index.close()
    return named, {f"revisions/{path.name}" for path in (store / "revisions").iterdir()}


def assert_well_again(run, page, store):
    """With room again: one write heals all that is left, and everything is there."""
    run("build", "llm", 0, "--seed", 77, store=store).ok()
    assert staged_files(store) == []
    named, there = kept(store)
    assert named == there
    assert foreign_store.check(store) == []
    assert run("verify", store=store).code == 0
    held(page, store)


WRITING = {
    "build": ["build", "llm", 2, "--seed"],
    "build a new slot": ["build", "llm", "--seed"],
    "build over a foreign slot": ["build", "llm", 6, "--seed"],
    "rebuild": ["rebuild", 1, "--seed"],
    "rebuild of a large slot": ["rebuild", 5, "--seed"],
    "import": ["import", "{file}", "--slot", 3, "--name"],
}


@pytest.mark.parametrize("kind", WRITING)
def test_a_save_that_meets_a_full_disk_leaves_the_old_revision(run, store, disk, page, folder, kind):
    np.save(folder / "in.npy", np.arange(3000.0))
    done_once = failed_once = False
    for number, room in enumerate(ROOM):
        before = held(page, store)
        disk.leave(room)
        words = [str(word).format(file=folder / "in.npy") for word in WRITING[kind]] + [1000 + number]
        if kind == "import":
            np.save(folder / "in.npy", np.arange(3000.0) + number)
        done = run(*words, store=store)
        after = held(page, store)
        if done.code == 0:
            done_once = True
            assert after != before
        else:
            failed_once = True
            assert_full(done, store)
            assert after == before, "it failed, and a slot is another"
        assert set(before) <= set(after), "a slot is lost"
        disk.leave(None)
    assert failed_once and done_once, "the disk was never full, or always"
    assert_well_again(run, page, store)


@pytest.mark.parametrize("kind", ["restore", "delete"])
def test_a_restore_or_delete_that_meets_a_full_disk_changes_all_or_nothing(run, store, disk, page, kind):
    failed_once = False
    for room in ROOM[:16]:
        before = held(page, store)
        disk.leave(room)
        done = run(*(["restore", 1] if kind == "restore" else ["delete", 1, "--yes"]), store=store)
        after = held(page, store)
        if done.code == 0:
            assert after != before
        else:
            failed_once = True
            assert_full(done, store)
            assert after == before
        disk.leave(None)
        if kind == "delete" and done.code == 0:
            run("restore", 1, store=store).ok()
    assert failed_once, "the disk was never full"
    assert_well_again(run, page, store)


@pytest.mark.parametrize("shared_memory", ["is there", "must be made"])
def test_reading_needs_no_room(run, store, disk, folder, shared_memory):
    if shared_memory == "is there":
        run("rebuild", 0, "--seed", 1, store=store).ok()
        assert (store / "index.db-shm").exists()
    else:
        for name in ("index.db-wal", "index.db-shm"):
            (store / name).unlink(missing_ok=True)
    # Python's own reading wants room for SQLite's shared memory: elsewhere.
    expected = foreign_store.read_slot(shutil.copytree(store, folder / "before", symlinks=True), 5).weights
    for room in (0, 4, 32):
        disk.leave(room)
        for command in (["list"], ["show", 1], ["stats", 5], ["history", 1], ["info"], ["verify"]):
            run(*command, store=store).ok()
        run("export", 5, folder / f"{room}.npy", store=store).ok()
        assert np.array_equal(np.load(folder / f"{room}.npy"), expected)


def test_an_export_to_a_full_disk_leaves_nothing(run, template, disk, folder):
    for room in (0, 4, 64, 128):
        disk.leave(room)
        before = contents(disk.folder)
        assert_full(run("export", 5, disk.folder / "out.npy", store=template), "out.npy")
        assert contents(disk.folder) == before
    (disk.folder / "out.npy").write_text("precious")
    disk.leave(8)
    assert_full(run("export", 5, disk.folder / "out.npy", "--force", store=template), "out.npy")
    assert (disk.folder / "out.npy").read_text() == "precious"
    disk.leave(None)
    run("export", 5, disk.folder / "out.npy", "--force", store=template).ok()
    assert np.array_equal(np.load(disk.folder / "out.npy").ravel(), np.load(foreign_store.slot_file(template, 5)).ravel())


def test_a_store_that_could_not_be_made_can_be_made_once_there_is_room(run, disk, page):
    failed = []
    for room in ROOM[:16]:
        store = disk.folder / f"store-{room}"
        disk.leave(room)
        done = run("build", "llm", 0, store=store)
        if done.code != 0:
            failed.append(room)
            assert_full(done, store)
        disk.leave(None)
        listed = run("list", store=store)
        assert listed.code in (0, 2) and len(listed.err.strip().split("\n")) == 1
        again = run("build", "llm", 0, "--seed", 4, store=store)
        assert again.code == 0, f"made with {room} KB left: {done.err}afterwards: {again.err}"
        assert staged_files(store) == [] and len(held(page, store)) == 1
        shutil.rmtree(store)
    assert failed


def test_a_checkpoint_that_meets_a_full_disk_loses_nothing(run, store, disk, page):
    index = sqlite3.connect(store / "index.db")
    index.execute("PRAGMA wal_autocheckpoint = 0")
    note = "x" * 3000
    while (store / "index.db-wal").stat().st_size < 1000 * 4096:
        index.execute("INSERT OR REPLACE INTO metadata VALUES (?, ?)", (f"note{(store / 'index.db-wal').stat().st_size}", note))
        index.commit()
    reader = sqlite3.connect(store / "index.db")  # keeps -wal when the writer closes
    reader.execute("SELECT count(*) FROM contexts").fetchone()
    index.close()
    failed_once = False
    for number, room in enumerate(ROOM[::2]):
        before = held(page, store)
        disk.leave(room)
        done = run("build", "llm", 2, "--seed", 2000 + number, store=store)
        after = held(page, store)
        if done.code != 0:
            failed_once = True
            assert_full(done, store)
            assert after == before
        disk.leave(None)
    reader.close()
    assert failed_once
    assert_well_again(run, page, store)
    index = sqlite3.connect(f"file:{store}/index.db?mode=ro", uri=True)
    assert index.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    index.close()


def test_the_browser_says_that_the_disk_is_full_and_goes_on(run, disk, store, page, terminal):
    one = opened(terminal, store, "--slot", 5)
    before = held(page, store)
    disk.leave(64)
    press(one, "r", lambda screen: "✗" in screen and FULL.search(screen.text))
    assert held(page, store) == before
    close_dialog(one)
    disk.leave(None)
    select(one, 1)
    press(one, "r", re.compile(r"checksum +\w+ +✓ as before"))
    close_dialog(one)
    disk.leave(0)
    press(one, "D", lambda screen: FULL.search(screen.text))
    assert 1 in held(page, store)
    disk.leave(None)
    close_dialog(one)
    quit_and_check(one)
    assert_well_again(run, page, store)


def test_a_build_that_meets_a_full_disk_is_said_leaves_nothing_and_is_run_again(run, disk, store, page, terminal):
    one = opened(terminal, store, "--slot", 1)
    before = held(page, store)
    disk.leave(96)
    open_form(one)
    choose(one, "Type", "CNN")
    choose(one, "Preset", "lenet5")
    one.keys("Enter").wait(lambda screen: "✗" in screen and FULL.search(screen.lines[-1]))
    assert held(page, store) == before and staged_files(store) == []
    # Back in the list, which still answers; the pane says it too.
    for _ in range(2):
        one.keys("Escape")
    select(one, 0)
    press(one, "BTab", lambda screen: re.search(r"lenet5.*✗.*", screen.text) and "r again" in screen)
    disk.leave(None)
    press(one, "r", re.compile(r"lenet5.*✓ built"))
    one.keys("Escape")
    one.wait(lambda screen: 7 in screen.slots)
    quit_and_check(one)
    assert_well_again(run, page, store)
