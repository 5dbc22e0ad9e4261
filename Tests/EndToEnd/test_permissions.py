"""What one may not read or write: said in words with the file's name, and nothing is changed.

Root may do anything, so as root these tests run the program as nobody; any other user is held to the modes himself.
"""

import os
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

import foreign_store
from places import as_someone_else, give_away, mode
from program import assert_no_trace, contents, staged_files

READING = [["list"], ["show", 1], ["stats", 1], ["history", 1], ["info"], ["verify"]]
WRITING = [["build", "llm", 2, "--seed", 9], ["rebuild", 1], ["restore", 1], ["delete", 1, "--yes"], ["build", "llm"]]
DENIED = re.compile(r"permission|may read|may write|only be read", re.IGNORECASE)


@pytest.fixture(scope="module")
def template(program, session_folder):
    """Slots 0 to 3 of ours, slot 1 rebuilt once; slot 4 of another program."""
    store = session_folder / "permissions-template"
    program.run("build", "llm", "0-3", store=store).ok()
    foreign_store.write_slot(store, 4, *foreign_store.llm_context(4))
    program.run("rebuild", 1, "--seed", 3, store=store).ok()
    return store


@pytest.fixture
def theirs(template, folder):
    """A copy of that store, which belongs to whoever runs the commands."""
    return give_away(Path(shutil.copytree(template, folder / "store", symlinks=True)))


@pytest.fixture
def someone(run):
    """Runs a command as a user whom modes hold for."""
    return as_someone_else(run)


def assert_denied(done, *names):
    """One line that says that it was not allowed, and what."""
    assert done.code == 2, f"exit code {done.code}\n{done.err}{done.out}"
    assert done.out == "" and len(done.err.strip().split("\n")) == 1, f"{done.out}{done.err}"
    assert DENIED.search(done.err), done.err
    for name in names:
        assert str(name) in done.err, f"{name} is not in: {done.err}"
    assert_no_trace(done.err)


def durable(store):
    """All of a store but what SQLite keeps for itself beside the index."""
    return {name: what for name, what in contents(store).items() if name not in ("index.db-shm", "index.db-wal", "wal/lock")}


def test_the_tests_are_run_by_someone_whom_modes_hold_for(someone, theirs, request):
    mode(theirs, 0o000, request)
    assert someone("list", store=theirs).code == 2, "modes do not hold for whoever runs these tests: run them as root, or as a user"


@pytest.mark.parametrize("part, bits, name", [
    (".", 0o555, "store"), ("wal", 0o555, "wal"), ("wal", 0o000, "wal"), ("wal/lock", 0o444, "wal/lock"), ("wal/lock", 0o000, "wal/lock"),
    ("revisions", 0o555, "revisions"), ("index.db", 0o444, "store"), ("index.db-wal", 0o444, "index.db"),
])
def test_what_one_may_not_write_stops_writing_and_no_reading(someone, template, theirs, folder, request, part, bits, name):
    np.save(folder / "in.npy", np.arange(3.0))
    before, rows = durable(theirs), foreign_store.rows(theirs)
    mode(theirs / part, bits, request)
    for command in READING:
        someone(*command, store=theirs).ok()
    for command in (*WRITING, ["import", folder / "in.npy"]):
        done = someone(*command, store=theirs)
        if command[0] in ("restore", "delete") and done.code == 0:
            # These write no weights: where only those can't be written they may be done, but not silently half.
            assert name == "revisions" or name in done.err, f"{command[0]} was done in part and does not say so"
            rows = foreign_store.rows(theirs)
            continue
        assert_denied(done, name)
        assert foreign_store.rows(theirs) == rows
    (theirs / part).chmod(0o755 if (theirs / part).is_dir() else 0o644)
    if rows == foreign_store.rows(template):
        # A file whose commit failed stays until the next writer knows that the commit did not happen.
        after = {path: what for path, what in durable(theirs).items() if path in before or not path.startswith("revisions/")}
        assert after == before
    someone("build", "llm", 2, "--seed", 9, store=theirs).ok()
    assert foreign_store.check(theirs) == [] and staged_files(theirs) == []
    assert len(list((theirs / "revisions").glob("00000002.*"))) == 2


def test_a_save_whose_link_may_not_be_made_is_a_save_with_a_warning(someone, theirs, request):
    mode(theirs / "slots", 0o555, request)
    done = someone("build", "llm", 2, "--seed", 9, store=theirs)
    if done.code == 0:
        assert "slots" in done.err, "it must say that the link in slots/ is not what it should be"
        assert someone("verify", 2, store=theirs).code == 0
    else:
        assert_denied(done, "slots")
    mode(theirs / "slots", 0o755, request)
    someone("build", "llm", 3, "--seed", 9, store=theirs).ok()
    assert foreign_store.check(theirs) == [], "the next writer makes the link"


@pytest.mark.parametrize("part", ["index.db", "index.db-wal"])
def test_an_index_that_one_may_not_read_is_named(someone, theirs, request, part):
    before = durable(theirs)
    mode(theirs / part, 0o000, request)
    for command in (*READING, *WRITING, ["export", 1, theirs.parent / "x.npy"]):
        assert_denied(someone(*command, store=theirs), "index.db")
    (theirs / part).chmod(0o644)
    assert durable(theirs) == before


@pytest.mark.parametrize("slot", [1, 4])
def test_a_weight_file_that_one_may_not_read_is_unreadable_and_the_others_are_not(someone, theirs, folder, request, slot):
    path = foreign_store.slot_file(theirs, slot).resolve()
    mode(path, 0o000, request)
    listed = {entry["slot_id"]: entry["integrity"] for entry in someone("list", "--json", store=theirs).ok().json}
    assert listed.pop(slot) == "unreadable" and "unreadable" not in listed.values()
    someone("show", slot, store=theirs).ok()
    assert_denied(someone("stats", slot, store=theirs), path.name)
    assert_denied(someone("export", slot, "/tmp/never.npy", store=theirs), path.name)
    verified = someone("verify", "--json", store=theirs)
    assert verified.code == 1 and [entry["slot_id"] for entry in verified.json if not entry["ok"]] == [slot]
    assert DENIED.search(next(entry["error"] for entry in verified.json if not entry["ok"]))


@pytest.mark.parametrize("part", ["revisions", "slots"])
def test_a_folder_of_weights_that_one_may_not_enter_leaves_the_list_readable(someone, theirs, request, part):
    mode(theirs / part, 0o000, request)
    assert len(someone("list", "--json", store=theirs).ok().json) == 5
    someone("info", store=theirs).ok()
    slot = 1 if part == "revisions" else 4
    assert_denied(someone("stats", slot, store=theirs), part)
    verified = someone("verify", slot, "--json", store=theirs)
    assert verified.code == 1 and DENIED.search(verified.json[0]["error"])


def test_a_source_that_one_may_not_read_leaves_the_slot_as_it_was(someone, theirs, folder, request):
    np.save(folder / "in.npy", np.zeros(2))
    someone("build", "llm", 2, "--from", folder / "in.npy", store=theirs).ok()
    before = durable(theirs)
    mode(folder / "in.npy", 0o000, request)
    for command in (["import", folder / "in.npy", "--slot", 2], ["build", "llm", 2, "--from", folder / "in.npy"], ["rebuild", 2]):
        assert_denied(someone(*command, store=theirs), "in.npy")
        assert durable(theirs) == before


def test_an_export_to_where_one_may_not_write_is_refused(someone, theirs, folder, request):
    target = folder / "not-mine"
    target.mkdir()
    (target / "old.npy").write_text("precious")
    mode(target, 0o555, request)
    assert_denied(someone("export", 1, target / "out.npy", store=theirs), "out.npy")
    assert_denied(someone("export", 1, target / "old.npy", "--force", store=theirs), "old.npy")
    assert (target / "old.npy").read_text() == "precious" and len(list(target.iterdir())) == 1


def test_a_store_is_not_made_where_one_may_not_write(someone, folder, request):
    (folder / "not-mine").mkdir()
    mode(folder / "not-mine", 0o555, request)
    assert_denied(someone("build", "llm", 0, store=folder / "not-mine" / "store"), "not-mine/store")
    assert_denied(someone("build", "llm", 0, store=folder / "not-mine"), "not-mine")
    assert list((folder / "not-mine").iterdir()) == []


def test_a_fifo_that_one_may_only_read_is_not_waited_for(someone, theirs):
    for name in ("index.db-wal", "index.db-shm"):
        (theirs / name).unlink()
    os.mkfifo(theirs / "index.db-wal", 0o444)
    (theirs / "index.db-wal").chmod(0o444)
    for command in (["list"], ["verify"], ["build", "llm", 1]):
        assert_no_trace(someone(*command, store=theirs, timeout=5).err)
