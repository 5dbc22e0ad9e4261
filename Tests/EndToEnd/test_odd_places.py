"""Stores in places that one does not think of: read-only media, moved, copied, linked, with odd names; and what is no store."""

import os
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

import numpy as np
import pytest

import foreign_store
import format_page
from browsing import EXACT, close_dialog, opened, press, quit_and_check
from places import mounted
from program import assert_refused, contents, staged_files

READING = [["list"], ["show", 3], ["stats", 3], ["history", 1], ["info"], ["verify"]]
WRITING = [["build", "llm", 1, "--seed", 9], ["rebuild", 1], ["restore", 1], ["delete", 1, "--yes"]]


@pytest.fixture(scope="module")
def template(program, session_folder):
    """Slots 0 to 4 of ours, slot 1 rebuilt once; slots 5 and 6 of another program. The index is all in -wal or all in index.db."""
    store = session_folder / "places-template"
    program.run("build", "llm", "0-4", store=store).ok()
    for slot in (5, 6):
        foreign_store.write_slot(store, slot, *foreign_store.llm_context(slot))
    program.run("rebuild", 1, "--seed", 3, store=store).ok()
    assert (store / "index.db-wal").stat().st_size > 0
    return store


def settled(store):
    """Brings all of the index into index.db, as its last user does who closes it properly."""
    index = sqlite3.connect(store / "index.db")
    index.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    index.close()
    for name in ("index.db-wal", "index.db-shm"):
        (store / name).unlink(missing_ok=True)
    return store


@pytest.fixture(params=["the index waits in -wal", "the index is settled", "the index is settled and -wal is empty"])
def ours(request, template, folder):
    """That store, with its index in each of the states in which one finds it."""
    store = Path(shutil.copytree(template, folder / "store", symlinks=True))
    if "settled" in request.param:
        settled(store)
    if "empty" in request.param:
        (store / "index.db-wal").touch()
    return store


def assert_reads(run, store, **options):
    """Every command that only reads answers, and answers rightly."""
    assert sorted(entry["slot_id"] for entry in run("list", "--json", store=store, **options).ok().json) == list(range(7))
    for command in READING:
        run(*command, store=store, **options).ok()
    assert run("stats", 5, "--json", store=store, **options).ok().json["mean"] == pytest.approx(foreign_store.llm_weights(5).mean())
    assert run("history", 1, "--json", store=store, **options).ok().json[0]["revision"] == 1


def assert_works(run, store):
    """It reads and writes, and Python reads it afterwards."""
    assert_reads(run, store)
    run("rebuild", 3, "--seed", 11, store=store).ok()
    run("restore", 1, store=store).ok()
    run("build", "llm", store=store).ok()
    run("delete", 5, "--yes", store=store).ok()
    run("restore", 5, store=store).ok()
    assert sorted(foreign_store.rows(store)) == list(range(8))
    assert foreign_store.check(store) == [] and staged_files(store) == []
    page = format_page.load()
    assert all(page.verify(store, slot) for slot in range(8))


# ---------------------------------------------------------------------- read-only media

@pytest.fixture
def read_only(ours, folder, request):
    """The store on a medium that nobody can write."""
    if os.getuid() != 0:
        pytest.fail("a read-only medium wants a mount: run these tests as root, in a container for example")
    medium = folder / "medium"
    medium.mkdir()
    assert mounted(request, "--bind", ours, medium), "mounting is not allowed here, not even for root"
    subprocess.run(["mount", "-o", "remount,bind,ro", str(medium)], check=True)
    return medium


def test_a_store_on_a_read_only_medium_is_read_as_any(run, read_only, folder):
    before = contents(read_only)
    assert_reads(run, read_only)
    run("export", 5, folder / "out.npy", store=read_only).ok()
    assert np.array_equal(np.load(folder / "out.npy"), foreign_store.llm_weights(5))
    assert contents(read_only) == before


def test_writing_to_a_read_only_medium_is_refused_in_words(run, read_only, folder):
    np.save(folder / "in.npy", np.arange(3.0))
    before = contents(read_only)
    for command in (*WRITING, ["import", folder / "in.npy"], ["build", "llm"]):
        assert_refused(run(*command, store=read_only), read_only, "read")
    assert_refused(run("export", 1, read_only / "out.npy", store=read_only), "out.npy", "read-only")
    assert_refused(run("build", "llm", store=read_only / "new"), read_only / "new", "read-only")
    assert contents(read_only) == before


def test_the_browser_opens_a_store_on_a_read_only_medium(read_only, terminal):
    one = opened(terminal, read_only, "--slot", 5)
    one.wait(EXACT)
    press(one, "v", lambda screen: "intact" in screen)
    close_dialog(one)
    for key in ("r", "D", "u", "b"):
        press(one, key, "the store can only be read")
        press(one, "j", lambda screen: "can only be read" not in screen)
    quit_and_check(one)


# ---------------------------------------------------------------------- moved, copied, linked

COPIES = {
    "moved": lambda store, to: shutil.move(store, to),
    "cp -a": lambda store, to: subprocess.run(["cp", "-a", store, to], check=True),
    "cp -r": lambda store, to: subprocess.run(["cp", "-r", store, to], check=True),
    "cp -rL": lambda store, to: subprocess.run(["cp", "-rL", store, to], check=True),
    "tar": lambda store, to: (os.mkdir(to), subprocess.run(f"tar -cC '{store}' . | tar -xC '{to}'", shell=True, check=True)),
}


@pytest.mark.parametrize("how", COPIES)
def test_a_store_that_was_moved_or_copied_works(run, ours, folder, how):
    COPIES[how](ours, folder / "other")
    assert_works(run, folder / "other")
    if how != "moved":
        assert_works(run, ours)


def test_a_store_is_moved_while_its_writer_was_killed(program, run, ours, folder):
    process = program.popen("build", "llm", 3, "--preset", "nano", store=ours)
    process.kill()
    process.communicate()
    ours.rename(folder / "other")
    assert_works(run, folder / "other")


def test_a_copied_store_whose_links_became_files_keeps_them_as_ours(run, ours, folder):
    subprocess.run(["cp", "-rL", ours, folder / "other"], check=True)
    other = folder / "other"
    assert not any(path.is_symlink() for path in (other / "slots").iterdir())
    run("rebuild", 3, "--seed", 8, store=other).ok()
    assert foreign_store.slot_file(other, 3).is_symlink()
    assert foreign_store.check(other) == []
    assert run("show", 1, "--json", store=other).ok().json["revision"] == 2


def test_a_copy_that_lost_the_wal_file_is_told_so_or_works(run, store, folder):
    other = folder / "other"
    shutil.copytree(store, other, symlinks=True, ignore=shutil.ignore_patterns("index.db-*"))
    before = contents(other)
    done = run("list", "--json", store=other)
    if done.code != 0:
        assert_refused(done, "index.db-wal")
        assert contents(other) == before
    else:
        assert foreign_store.check(other) == []


@pytest.mark.parametrize("name", [
    "with spaces", "Ä 数 🐙", "what?", "a#b", "100%", "%41", "a%20b?mode=memory#x", "new\nline", "tab\there", "'quoted'\"twice\"",
    "-dash", "$HOME", "~", "back\\slash", "a" * 200, "e\u0301", "\u00e9", ";&|", "file:x", "*",
], ids=ascii)
def test_a_store_may_have_any_name(run, template, folder, name):
    store = folder / name / "store ?#%"
    store.parent.mkdir()
    shutil.copytree(template, store, symlinks=True)
    assert_reads(run, store)
    run("rebuild", 1, "--seed", 12, store=store).ok()
    assert run("info", "--json", store=store).ok().json["storage_dir"] == str(store)
    assert len(list(folder.iterdir())) == 1 and [path.name for path in store.parent.iterdir()] == [store.name]
    np.save(store.parent / f"{name[:100]}.npy", np.arange(3.0))
    run("import", store.parent / f"{name[:100]}.npy", "--slot", 40, store=store).ok()
    run("rebuild", 40, store=store).ok()
    assert foreign_store.check(store) == []


@pytest.mark.parametrize("name", ["what?", "a#b%41", "new\nline"], ids=ascii)
def test_a_store_of_any_name_is_read_on_a_read_only_medium(run, template, folder, request, name):
    if os.getuid() != 0:
        pytest.fail("a read-only medium wants a mount: run these tests as root")
    store = settled(Path(shutil.copytree(template, folder / name, symlinks=True)))
    assert mounted(request, "--bind", store, store)
    subprocess.run(["mount", "-o", "remount,bind,ro", str(store)], check=True)
    assert_reads(run, store)


def test_a_store_of_any_name_is_browsed(terminal, template, folder):
    store = Path(shutil.copytree(template, folder / "a\x1b]0;OWNED\x07 b\nc", symlinks=True))
    one = opened(terminal, store, "--slot", 5)
    one.wait(EXACT)
    assert one.title() != "OWNED"
    press(one, "r", re.compile(r"Slot 5 rebuilt"))
    quit_and_check(close_dialog(one))


def test_a_linked_store_is_the_store(run, ours, folder):
    (folder / "link").symlink_to("store")
    assert_works(run, folder / "link")
    assert (folder / "link").is_symlink() and foreign_store.check(ours) == []


def test_a_relative_store_is_found_from_where_one_is(run, template, folder):
    store = Path(shutil.copytree(template, folder / "deep" / "store", symlinks=True))
    for place, name in ((folder, "deep/store"), (folder / "deep", "store"), (store, "."), (store, "../store/"), (store / "slots", "..")):
        assert len(run("list", "--json", store=name, cwd=place).ok().json) == 7
        run("rebuild", 1, "--seed", 5, store=name, cwd=place).ok()
    assert foreign_store.check(store) == []


def test_a_store_on_another_file_system_works(run, template, folder, request):
    if os.getuid() == 0:
        place = folder / "other"
        place.mkdir()
        assert mounted(request, "-t", "tmpfs", "none", place), "mounting is not allowed here, not even for root"
    else:
        place = Path(f"/dev/shm/slotscope-test-{os.getpid()}")
        place.mkdir()
        request.addfinalizer(lambda: shutil.rmtree(place))
    assert_works(run, Path(shutil.copytree(template, place / "store", symlinks=True)))


# ---------------------------------------------------------------------- what is no store

def newer(store):
    settled(store)
    index = sqlite3.connect(store / "index.db")
    index.execute("PRAGMA journal_mode = DELETE")
    index.execute("UPDATE metadata SET value = '99' WHERE key = 'slotscope_schema'")
    index.commit()
    index.close()


def newer_layout(store):
    settled(store)
    index = sqlite3.connect(store / "index.db")
    index.execute("PRAGMA journal_mode = DELETE")
    index.execute("UPDATE metadata SET value = '2' WHERE key = 'schema_version'")
    index.commit()
    index.close()


def replaced(data):
    def replace(store):
        settled(store)
        (store / "index.db").write_bytes(data)
    return replace


def someone_elses(sql):
    def replace(store):
        settled(store)
        (store / "index.db").unlink()
        index = sqlite3.connect(store / "index.db")
        index.executescript(sql)
        index.close()
    return replace


def missing(store):
    settled(store)
    (store / "index.db").unlink()


def torn(store):
    settled(store)
    with open(store / "index.db", "r+b") as file:
        file.truncate(4096 + 1000)


def scrambled(store):
    settled(store)
    data = bytearray((store / "index.db").read_bytes())
    data[100:] = os.urandom(len(data) - 100)
    (store / "index.db").write_bytes(data)


# What is wrong, and the words that must be said: the fault, and the way out.
NO_STORES = {
    "a newer schema": (newer, "99", "newer slotscope"),
    "a newer layout": (newer_layout, "newer slotscope"),
    "garbage": (replaced(b"nothing that anybody knows " * 1000), "not a", "untouched"),
    "an empty index": (replaced(b""), "index.db", "untouched"),
    "a database of someone else": (
        someone_elses("CREATE TABLE songs (title TEXT); INSERT INTO songs VALUES ('x');"), "contexts", "untouched"),
    "contexts of someone else": (
        someone_elses("CREATE TABLE contexts (window TEXT); INSERT INTO contexts VALUES ('x');"), "contexts", "untouched"),
    "no index": (missing, "index.db is missing", "bring index.db back"),
    "a torn index": (torn, "index.db"),
    "a scrambled index": (scrambled, "index.db"),
}


@pytest.mark.parametrize("kind", NO_STORES)
def test_what_is_no_store_of_ours_is_refused_and_not_touched(run, template, folder, kind):
    store = Path(shutil.copytree(template, folder / "store", symlinks=True))
    spoil, *words = NO_STORES[kind]
    spoil(store)
    np.save(folder / "in.npy", np.arange(3.0))
    before = contents(store)
    for command in (*READING, *WRITING, ["build", "llm"], ["import", folder / "in.npy"], ["export", 1, folder / "out.npy"], ["browse"]):
        assert_refused(run(*command, store=store), store, *words)
        after = contents(store)
        # SQLite makes these where a database in WAL mode is opened, be it good or not; they hold nothing.
        after.pop("index.db-shm", None)
        if after.get("index.db-wal") == ("file", b""):
            del after["index.db-wal"]
        assert after == before, f"{command[0]} touched it"
    assert not (folder / "out.npy").exists()


def test_a_name_that_is_not_utf8_is_refused_and_no_other_file_is_made_of_it(program, ours, folder):
    odd = os.fsencode(folder) + b"/caf\xe9"
    os.mkdir(odd)
    file = odd + b"/a.npy"
    np.save(os.fsdecode(file), np.zeros(3))
    before = sorted(os.listdir(os.fsencode(folder)))
    for words in (["import", os.fsdecode(file)], ["export", 1, os.fsdecode(odd + b"/out.npy")]):
        assert_refused(program.run(*words, store=ours), "caf\\xE9", "UTF-8")
    for words, how in (
        (["build", "llm", 1], {"store": os.fsdecode(odd)}), (["--store", ".", "build", "llm", 1], {"cwd": os.fsdecode(odd)}),
    ):
        assert_refused(program.run(*words, **how), "caf\\xE9", "UTF-8")
    assert sorted(os.listdir(os.fsencode(folder))) == before
    assert os.listdir(odd) == [b"a.npy"]
