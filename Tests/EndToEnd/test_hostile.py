"""Files and stores from strangers: refused in words, fast, with little memory; nothing outside the store is touched."""

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import struct
import time
from pathlib import Path

import numpy as np
import pytest

import foreign_store
from browsing import EXACT, close_dialog, opened, press, quit_and_check, select
from measured import MB, measured
from program import assert_no_trace, contents, staged_files, wait_until
from test_npy import bad_files
from test_safetensors import lying, written

pytestmark = pytest.mark.alone

# What a terminal obeys or a reader is misled by: C0 but the line feed, DEL, C1, and the marks that reorder or hide text.
UNSAFE = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
INVISIBLE = re.compile("[\u200b-\u200d\u2060-\u2064\ufeff]")
EVIL = "evil\x1b]0;OWNED\x07\x1b[31m\x1b[2J\x9b5m\x90q\x9c\r\n\t\x08\x7f\u202ename\u2066\u200b\ufeff\x00end"
REFUSED_WITHIN = 1.0
LITTLE_MEMORY = 64 * MB
READING = [["list"], ["show", 1], ["stats", 1], ["history", 1], ["info"], ["verify"]]
WRITING = [["rebuild", 1, "--seed", 5], ["build", "llm", 2, "--seed", 6], ["restore", 1], ["delete", 1, "--yes"]]


def assert_survived(done):
    """Whatever a command answers: it ended by itself, soon, with little memory, in words fit for a terminal."""
    assert done.code in (0, 1, 2), f"exit code {done.code}\n{done.err[:2000]}"
    assert done.seconds < REFUSED_WITHIN, f"{done.seconds:.1f} s"
    assert done.memory < LITTLE_MEMORY, f"{done.memory // MB} MB"
    assert_safe(done.out, is_json=done.out.startswith(("[", "{")))
    assert_safe(done.err)
    assert_no_trace(done.err)
    assert len(done.err) < 10_000, f"{len(done.err)} characters of error: {done.err[:300]}"
    assert done.code == 0 or done.out or done.err.strip(), "it failed without a word"


def assert_refused_cheaply(done, *words):
    """One line, exit code 2, at once, with little memory."""
    assert_survived(done)
    assert done.code == 2 and done.out == "", f"exit code {done.code}\n{done.err}{done.out[:2000]}"
    assert len(done.err.strip("\n").split("\n")) == 1, f"not one line:\n{done.err}"
    for word in words:
        assert str(word) in done.err, f"{word!r} is not in: {done.err}"


def assert_safe(text, is_json=False):
    """Nothing in it that a terminal obeys, or that a reader does not see; programs may have the latter as it is."""
    found = UNSAFE.search(text) or (None if is_json else INVISIBLE.search(text))
    assert not found, f"{found[0]!r} in {text[max(0, found.start() - 40):found.end() + 40]!r}"


def every(program, store, commands=(*READING, *WRITING)):
    """Runs the commands one after the other; each must survive. Gives what they said, by name."""
    said = {}
    for command in commands:
        said[command[0]] = measured(program, *command, store=store)
        try:
            assert_survived(said[command[0]])
        except AssertionError as fault:
            raise AssertionError(f"slotscope {' '.join(map(str, command))}: {fault}") from None
    return said


@pytest.fixture(scope="module")
def template(program, session_folder):
    """Slots 0 to 3, slot 1 rebuilt once; the index is all in index.db."""
    store = session_folder / "hostile-template"
    program.run("build", "llm", "0-3", store=store).ok()
    program.run("rebuild", 1, "--seed", 3, store=store).ok()
    change(store, "PRAGMA wal_checkpoint(TRUNCATE)")
    return store


@pytest.fixture
def ours(template, folder):
    """A copy of that store for one test."""
    return Path(shutil.copytree(template, folder / "store", symlinks=True))


def change(store, *statements):
    """Changes the index behind everyone's back."""
    index = sqlite3.connect(store / "index.db", isolation_level=None)
    for statement in statements:
        index.execute(*(statement if isinstance(statement, tuple) else (statement,)))
    index.close()


# ---------------------------------------------------------------------- model files that lie

def model_files(folder):
    """A file for each way in which a model file can lie, by what is wrong with it."""
    for kind, header in lying().items():
        yield kind, written(folder / "bad.safetensors", header, bytes(8))
    for kind, data in bad_files().items():
        (folder / "bad.npy").write_bytes(data)
        yield kind, folder / "bad.npy"


@pytest.mark.parametrize("command", [["import"], ["build", "llm", 0, "--from"]], ids=lambda command: command[0])
def test_every_file_that_lies_is_refused_at_once_and_with_little_memory(program, folder, command):
    faults = []
    for kind, path in model_files(folder):
        try:
            assert_refused_cheaply(measured(program, *command, path, store=folder / "store", memory=True), path.name)
        except AssertionError as fault:
            faults.append(f"{kind}: {fault}")
    assert faults == []


def sparse(path, start, size):
    """A file that begins with some bytes, and is as large as one says without taking the room."""
    path.write_bytes(start)
    os.truncate(path, size)
    return path


def npy_header(shape, dtype="<f8"):
    text = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}"
    text += " " * (127 - 10 - len(text) % 64 + 64) + "\n"
    return b"\x93NUMPY\x01\0" + struct.pack("<H", len(text)) + text.encode()


def huge_files(folder):
    """Files that are large, or make large promises."""
    one = '{"dtype":"F32","shape":[2],"data_offsets":[0,8]}'
    yield "a header of zeros", sparse(folder / "a.safetensors", struct.pack("<Q", 100_000_000), 101_000_000)
    yield "a name of 50 MB", written(folder / "b.safetensors", b'{"' + b"n" * 50_000_000 + b'":7}')
    yield "300,000 equal names", written(folder / "c.safetensors", ("{" + ",".join([f'"a":{one}'] * 300_000) + "}").encode())
    yield "20 MB of brackets", written(folder / "d.safetensors", b'{"a":' + b"[" * 20_000_000)
    yield "20 MB of braces", written(folder / "e.safetensors", b'{"a":' * 4_000_000)
    yield "a shape of a million", written(
        folder / "f.safetensors", ('{"a":{"dtype":"F32","shape":[' + ",".join(["1"] * 1_000_000) + '],"data_offsets":[0,4]}}').encode(), bytes(4))
    yield "a number of 20 MB", written(
        folder / "g.safetensors", b'{"a":{"dtype":"F32","shape":[' + b"1" * 20_000_000 + b'],"data_offsets":[0,4]}}', bytes(4))
    yield "npy header of 4 GB", sparse(folder / "h.npy", b"\x93NUMPY\x02\0" + struct.pack("<I", 2**32 - 1) + b"{", 5 << 30)
    yield "npy of 16 EB", sparse(folder / "i.npy", npy_header(f"({2**61 - 1},)"), 1 << 20)
    yield "npy of 8 TB", sparse(folder / "j.npy", npy_header(f"({2**40},)"), 1 << 20)


def test_large_promises_are_not_believed(program, folder):
    faults = []
    for kind, path in huge_files(folder):
        # A header may be 100 MB long, and all of it one name.
        limit = LITTLE_MEMORY + 2 * min(path.stat().st_size, 100_000_000)
        done = measured(program, "import", path, store=folder / "store", memory=True)
        path.unlink()
        if (done.code, done.out) != (2, "") or done.seconds > REFUSED_WITHIN or done.memory > limit or len(done.err) > 10_000:
            faults.append(f"{kind}: exit code {done.code}, {done.seconds:.1f} s, {done.memory // MB} MB, {done.err[:200]}")
    assert faults == []


def test_a_model_that_can_never_fit_is_refused_before_it_is_written(program, folder):
    header = npy_header(f"({2**40},)")
    path = sparse(folder / "big.npy", header, len(header) + (8 << 40))
    assert_refused_cheaply(measured(program, "import", path, store=folder / "store", memory=True), "device")
    assert staged_files(folder / "store") == []


# ---------------------------------------------------------------------- no file at all

def put(kind, path, elsewhere):
    """Something of another kind in the place of a file or folder."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "full folder":
        path.mkdir()
        (path / "mine.txt").write_text("mine")
    elif kind == "file":
        path.write_text("x" * 5000)
    elif kind == "socket":
        here = os.getcwd()
        os.chdir(path.parent)  # a socket's path is at most 107 bytes
        try:
            with socket.socket(socket.AF_UNIX) as one:
                one.bind(path.name)
        finally:
            os.chdir(here)
    elif kind == "device":
        path.symlink_to("/dev/zero")
        if os.getuid() == 0:
            path.unlink()
            os.mknod(path, 0o666 | 0o020000, os.makedev(1, 5))
    elif kind == "link to a file":
        path.symlink_to(elsewhere / "mine.npy")
    elif kind == "link to a folder":
        path.symlink_to(elsewhere)
    elif kind == "link to itself":
        path.symlink_to(path.name)
    elif kind == "link to nothing":
        path.symlink_to(elsewhere / "none")
    return path


@pytest.fixture
def elsewhere(folder, template):
    """Someone's own folder outside the store, with names in it that a store has, too. It must stay as it is."""
    place = folder / "elsewhere"
    place.mkdir()
    np.save(place / "mine.npy", np.arange(4.0))
    (place / "thesis.txt").write_text("years of work")
    (place / "lock").write_text("")
    for path in (template / "revisions").iterdir():
        shutil.copy(path, place)
    shutil.copy(template / "revisions" / path.name, place / "00000099.r1.0123abcd.npy")
    shutil.copy(place / "mine.npy", place / "00000001.npy")
    before = contents(place)
    yield place
    assert contents(place) == before, "what lies outside of the store was touched"


@pytest.mark.parametrize("kind", ["fifo", "folder", "socket", "device", "link to itself", "link to nothing"])
def test_what_is_no_file_is_not_taken_for_a_model(program, ours, folder, elsewhere, kind):
    path = put(kind, folder / "model.npy", elsewhere)
    before = foreign_store.rows(ours)
    assert_refused_cheaply(measured(program, "import", path, store=ours), "model.npy")
    assert_refused_cheaply(measured(program, "build", "llm", 1, "--from", path, store=ours), "model.npy")
    assert foreign_store.rows(ours) == before and staged_files(ours) == []


@pytest.mark.parametrize("kind", ["fifo", "folder", "device"])
def test_a_rebuild_whose_source_became_something_else_is_refused(program, run, ours, folder, elsewhere, kind):
    np.save(folder / "model.npy", np.arange(5.0))
    run("build", "llm", 9, "--from", folder / "model.npy", store=ours).ok()
    put(kind, folder / "model.npy", elsewhere)
    assert_refused_cheaply(measured(program, "rebuild", 9, store=ours), "model.npy")
    assert np.array_equal(foreign_store.read_slot(ours, 9).weights, np.arange(5.0))


@pytest.mark.parametrize("kind", ["fifo", "folder", "device", "socket", "link to a folder"])
def test_an_export_replaces_files_alone(program, ours, folder, elsewhere, kind):
    target = put(kind, folder / "out.npy", elsewhere)
    assert_refused_cheaply(measured(program, "export", 1, target, store=ours), "out.npy")
    assert_refused_cheaply(measured(program, "export", 1, target, "--force", store=ours), "out.npy")
    assert not target.is_file()
    assert sorted(path.name for path in folder.iterdir()) == ["elsewhere", "out.npy", "store"]


# ---------------------------------------------------------------------- stores with other things in the place of their parts

FILES = ["fifo", "folder", "socket", "device", "link to a file", "link to a folder", "link to itself", "link to nothing"]
FOLDERS = ["fifo", "file", "link to a folder", "link to nothing"]


@pytest.mark.parametrize("kind", [kind for kind in FILES if kind != "link to a file"])
def test_something_else_in_the_place_of_the_index_is_refused(program, ours, elsewhere, kind):
    put(kind, ours / "index.db", elsewhere)
    before = contents(ours / "revisions")
    for done in every(program, ours).values():
        assert_refused_cheaply(done, "index.db")
    assert contents(ours / "revisions") == before


@pytest.mark.parametrize("part", ["index.db-wal", "index.db-shm", "index.db-journal"])
@pytest.mark.parametrize("kind", ["fifo", "folder", "device", "link to a file"])
def test_something_else_beside_the_index_is_survived(program, ours, elsewhere, part, kind):
    weights = {slot: foreign_store.read_slot(ours, slot).weights.copy() for slot in (0, 3)}
    put(kind, ours / part, elsewhere)
    every(program, ours)
    (ours / part).rmdir() if (ours / part).is_dir() and not (ours / part).is_symlink() else (ours / part).unlink(missing_ok=True)
    for slot, old in weights.items():
        assert np.array_equal(foreign_store.read_slot(ours, slot).weights, old)
    assert measured(program, "list", store=ours).code == 0


@pytest.mark.parametrize("kind", ["fifo", "folder", "socket", "device", "link to a file"])
def test_something_else_in_the_place_of_the_lock_stops_writing_and_says_so(program, ours, elsewhere, kind):
    put(kind, ours / "wal" / "lock", elsewhere)
    before, rows = contents(ours / "revisions"), foreign_store.rows(ours)
    said = every(program, ours)
    assert [said[name].code for name in ("list", "show", "stats", "history", "info", "verify")] == [0] * 6
    for name in ("rebuild", "build", "restore", "delete"):
        assert_refused_cheaply(said[name], "wal/lock")
        assert "not a file" in said[name].err or "link" in said[name].err, said[name].err
    assert contents(ours / "revisions") == before and foreign_store.rows(ours) == rows


@pytest.mark.parametrize("part", ["wal", "revisions", "slots"])
@pytest.mark.parametrize("kind", FOLDERS)
def test_something_else_in_the_place_of_a_folder_stops_writing_and_says_so(program, ours, elsewhere, part, kind):
    put(kind, ours / part, elsewhere)
    rows = foreign_store.rows(ours)
    said = every(program, ours)
    assert said["list"].code == said["show"].code == said["info"].code == 0
    for name in ("rebuild", "build", "restore", "delete"):
        assert_refused_cheaply(said[name], part)
    assert foreign_store.rows(ours) == rows


@pytest.mark.parametrize("kind", FILES)
def test_something_else_in_the_place_of_a_revision_is_unreadable_and_not_restored(program, ours, elsewhere, kind):
    current = foreign_store.slot_file(ours, 1).resolve()
    old, = set((ours / "revisions").glob("00000001.*")) - {current}
    for path in (current, old):
        put(kind, path, elsewhere)
    verified = measured(program, "verify", 1, "--json", store=ours)
    assert_survived(verified)
    assert verified.code == 1 and verified.json[0]["ok"] is False and current.name in verified.json[0]["error"]
    listed = {entry["slot_id"]: entry["integrity"] for entry in measured(program, "list", "--json", store=ours).json}
    assert listed[1] in ("unreadable", "missing")
    assert_refused_cheaply(measured(program, "stats", 1, store=ours), current.name)
    assert_refused_cheaply(measured(program, "export", 1, ours.parent / "x.npy", store=ours), current.name)
    before = foreign_store.rows(ours)
    refused = measured(program, "restore", 1, store=ours)
    assert_survived(refused)
    assert refused.code in (1, 2) and old.name in refused.err, f"exit code {refused.code} {refused.out}{refused.err}"
    assert foreign_store.rows(ours) == before
    assert measured(program, "rebuild", 1, "--seed", 7, store=ours).code == 0
    assert measured(program, "build", "llm", 2, "--seed", 7, store=ours).code == 0, "what can't be removed must not stop a save"
    assert foreign_store.check(ours) == []


@pytest.mark.parametrize("kind", [*FILES, "full folder"])
def test_something_else_in_the_place_of_a_foreign_file_is_unreadable_and_not_adopted(program, foreign, elsewhere, kind):
    put(kind, foreign_store.slot_file(foreign, 1), elsewhere)
    said = every(program, foreign, [*READING, ["export", 1, foreign.parent / "x.npy"]])
    assert said["list"].code == said["info"].code == 0 and said["verify"].code == 1
    assert said["stats"].code == said["export"].code == 2
    assert "00000001.npy" in said["stats"].err and "slot 1 " in said["verify"].out
    built = measured(program, "build", "llm", 1, "--seed", 9, store=foreign)
    assert_survived(built)
    if kind == "full folder":  # the save is done, the link can't be made: that must be said
        assert "lost+found/00000001.npy" in built.err
        assert (foreign / "lost+found" / "00000001.npy" / "mine.txt").read_text() == "mine"
    for path in (foreign / "revisions").iterdir():
        assert path.is_file() and not path.is_symlink() and path.name.startswith("00000001.")
    row = measured(program, "verify", 1, "--json", store=foreign).json[0]
    assert row["ok"] is True


def test_a_link_of_ours_that_leads_elsewhere_is_not_followed(program, ours, elsewhere):
    expected = foreign_store.rows(ours)[1]["checksum"]
    entry = foreign_store.slot_file(ours, 1)
    entry.unlink()
    entry.symlink_to(elsewhere / "mine.npy")
    assert measured(program, "verify", 1, "--json", store=ours).json[0] == {
        "slot_id": 1, "expected": expected, "actual": expected, "ok": True, "error": None}
    every(program, ours, WRITING)


@pytest.mark.parametrize("path", ["../../elsewhere/mine.npy", "/etc/passwd", "revisions/../../elsewhere/mine.npy",
                                  "revisions/00000001.r1.0123abcd.npy/../../../elsewhere/mine.npy", "", ".", "/",
                                  "revisions/", "/dev/zero", "slots/00000001.npy\0", "~/x.npy", "x" * 5000])
def test_a_weight_file_that_leads_out_of_the_store_is_never_followed(program, ours, elsewhere, path):
    change(ours, ("UPDATE contexts SET weight_file = ? WHERE slot_id = 1", (path,)),
           ("UPDATE history SET weight_file = ? WHERE slot_id = 1", (path,)),
           ("INSERT INTO todo (kind, slot_id, file) VALUES ('remove', 1, ?)", (path,)))
    shown = measured(program, "show", 1, "--json", store=ours).json
    assert str(ours) in shown["weight_file"] and ".." not in shown["weight_file"]
    every(program, ours)
    others = measured(program, "verify", 0, 2, 3, "--json", store=ours)
    assert others.code == 0 and all(entry["ok"] for entry in others.json)


def test_things_in_the_folder_of_staged_files_do_not_stop_a_save_and_are_not_followed(program, ours, elsewhere):
    wal = ours / "wal"
    (wal / "folder").mkdir()
    (wal / "folder" / "mine.txt").write_text("mine")
    os.mkfifo(wal / "fifo.npy")
    (wal / "link.npy").symlink_to(elsewhere / "mine.npy")
    (wal / "link").symlink_to(elsewhere)
    (ours / "revisions" / "00000002.r9.0123abcd.npy").mkdir()
    (ours / "revisions" / "00000002.r8.0123abcd.npy").symlink_to(elsewhere / "mine.npy")
    said = every(program, ours)
    assert [said[name].code for name in said] == [0] * 10, {name: done.err for name, done in said.items()}
    assert foreign_store.check(ours) == []
    assert (wal / "folder" / "mine.txt").read_text() == "mine", "what nobody here made is not ours to remove"


# ---------------------------------------------------------------------- rows that lie

LARGEST = 2**63 - 1
VALUES = {
    "null": None, "blob": b"\xff\xfe\0\x80", "integer": 1732400000, "largest": LARGEST, "least": -LARGEST - 1, "real": 1.5e300,
    "nul": "a\0b", "evil": EVIL, "megabyte": EVIL[::-1] + "x" * 1_000_000, "deep-list": "[" * 100_000,
    "deep-but-right": "[" * 1500 + "]" * 1500, "long-json": json.dumps({f"{EVIL}{i}": EVIL * 200 for i in range(20)}),
    "wrong-json": '["a", {"b": null}]', "overflow-json": f"[{LARGEST}, {LARGEST}]", "huge-number": "[" + "9" * 100_000 + "]",
}
OWN_COLUMNS = ["revision", "name", "parameters", "recipe_json", "tensors_json", "summary_json", "verified_at", "verified_stamp"]
COLUMNS = [*(name for name in foreign_store.SHARED_COLUMNS if name != "slot_id"), *OWN_COLUMNS]


@pytest.fixture(scope="module")
def rows_template(program, session_folder):
    """A slot for each hostile value; every other one as another program writes it."""
    store = session_folder / "rows-template"
    program.run("build", "llm", f"0-{len(VALUES) - 1}", store=store).ok()
    for slot in range(1, len(VALUES), 2):
        foreign_store.write_slot(store, slot, np.arange(4.0), {"a": 1}, {"model_type": "LLM"})
    change(store, "PRAGMA wal_checkpoint(TRUNCATE)")
    return store


@pytest.mark.parametrize("column", COLUMNS)
def test_any_value_in_any_column_is_survived_by_every_command(program, rows_template, folder, column):
    store = Path(shutil.copytree(rows_template, folder / "store", symlinks=True))
    change(store, "BEGIN", *((f"UPDATE contexts SET {column} = ? WHERE slot_id = ?", (value, slot))
                             for slot, value in enumerate(VALUES.values())), "COMMIT")
    slots = f"0-{len(VALUES) - 1}"
    faults = []
    for command in [["list"], ["list", "--json"], ["info"], ["verify"], *(["show", slot] for slot in range(len(VALUES))),
                    ["rebuild", slots], ["delete", slots, "--yes"]]:
        done = measured(program, *command, store=store)
        what = f"{' '.join(map(str, command))} {list(VALUES)[command[1]] if command[0] == 'show' else ''}"
        try:
            assert done.code in (0, 1, 2) and "Fatal" not in done.err, f"exit code {done.code} {done.err[:150]}"
            assert command[0] not in ("list", "info", "verify") or done.code < 2, f"one bad row hides all others: {done.err[:200]}"
            assert_safe(done.out, is_json="--json" in command)
            assert_safe(done.err)
            if "--json" in command:
                assert len(done.json) == len(VALUES)
            else:
                longest = max(map(len, (done.out + done.err).split("\n")))
                assert longest < 5000, f"a line of {longest} characters"
        except AssertionError as fault:
            faults.append(f"{what}: {str(fault).splitlines()[0]}")
    assert faults == [], "\n".join(["", *faults])


TABLES = {
    "the largest slot number": f"UPDATE contexts SET slot_id = {LARGEST} WHERE slot_id = 3",
    "the least slot number": f"UPDATE contexts SET slot_id = {-LARGEST - 1} WHERE slot_id = 3",
    "the largest counter": f"UPDATE counters SET last_revision = {LARGEST}",
    "a negative counter": "UPDATE counters SET last_revision = -5",
    "a counter that went back": "UPDATE counters SET last_revision = 0",
    "a real counter": "UPDATE counters SET last_revision = 1e300",
    "a counter of bytes": "UPDATE counters SET last_revision = x'ff00'",
    "the largest revision": f"UPDATE contexts SET revision = {LARGEST}",
    "history of bytes": "UPDATE history SET created_at = x'ff', updated_at = 5, model_type = x'ff', size_bytes = -1",
    "history of other slots": "UPDATE history SET weight_file = (SELECT weight_file FROM contexts WHERE slot_id = 2)",
    "work of bytes": "INSERT INTO todo (kind, slot_id, file) VALUES (x'ff', x'ff', x'ff')",
    "work for no slot": "INSERT INTO todo (kind, slot_id, file) VALUES ('link', 1e300, NULL)",
    "a link for bytes": "INSERT INTO todo (kind, slot_id, file) VALUES ('link', x'ff', x'ff')",
    "settings of bytes": "UPDATE metadata SET value = x'ff' WHERE key = 'keep_revisions'",
    "settings without end": "UPDATE metadata SET value = '99999999999999999999' WHERE key = 'keep_revisions'",
    "sizes that overflow": f"UPDATE contexts SET size_bytes = {LARGEST}",
    "tensors that overflow": """UPDATE contexts SET tensors_json = json_object('checksum', checksum, 'tensors', json_array(json_object(
        'name', 'a', 'dtype', 'float64', 'shape', json_array(1), 'offset', 9223372036854775800, 'size', 8)))""",
    "tensors before the data": """UPDATE contexts SET tensors_json = json_object('checksum', checksum, 'tensors', json_array(json_object(
        'name', 'a', 'dtype', 'float64', 'shape', json_array(1), 'offset', -8, 'size', 8)))""",
    "slots that are text": "CREATE TABLE other (slot_id TEXT, " + ", ".join(foreign_store.SHARED_COLUMNS[1:]) + ")",
}


@pytest.mark.parametrize("kind", TABLES)
def test_other_tables_that_lie_are_survived(program, ours, kind):
    weights = {slot: foreign_store.read_slot(ours, slot).weights.copy() for slot in (0, 2) if kind != "slots that are text"}
    change(ours, TABLES[kind])
    if kind == "slots that are text":
        names = ", ".join(foreign_store.SHARED_COLUMNS[1:])
        change(ours, f"INSERT INTO other SELECT slot_id || 'x', {names} FROM contexts", "DROP TABLE contexts",
               "ALTER TABLE other RENAME TO contexts")
    every(program, ours, [*READING, ["info", "--json"], ["list", "--json"], ["build", "llm"], *WRITING[:1], *WRITING[2:], ["restore", 1]])
    for slot, old in weights.items():
        assert np.array_equal(foreign_store.read_slot(ours, slot).weights, old)


def test_revisions_are_counted_on_from_what_is_there_whatever_the_counter_says(program, run, ours):
    kept = run("history", 1, "--json", store=ours).ok().json[0]
    change(ours, "UPDATE counters SET last_revision = 0")
    run("rebuild", 1, "--seed", 11, store=ours).ok()
    assert run("show", 1, "--json", store=ours).ok().json["revision"] > 2
    assert foreign_store.check(ours) == []
    run("restore", 1, store=ours).ok()
    assert run("verify", 1, store=ours).code == 0
    assert kept["revision"] == 1


# ---------------------------------------------------------------------- words from strangers

def evil_store(store):
    """A store whose every text is hostile: names, types, keys, values, tensors, recipe, time stamps."""
    text = json.dumps({"model_type": "LLM", "name": EVIL * 1000, EVIL: EVIL, "k" * 100_000: "v" * 100_000})
    change(store, ("UPDATE contexts SET model_type = ?, config_json = ?, metadata_json = ?, name = ?, created_at = ?, updated_at = ?"
                   " WHERE slot_id = 1", (EVIL, text, text, EVIL * 1000, EVIL, "2027-01-01T" + EVIL)),
           ("UPDATE contexts SET recipe_json = ? WHERE slot_id = 1", (json.dumps(
               {"node": "LLM" + EVIL, "preset": EVIL, "source": {"path": "/" + EVIL * 10, "size": 1}}),)),
           ("UPDATE contexts SET checksum = ?, weight_dtype = ?, weight_shape = ? WHERE slot_id = 2", (EVIL * 10, EVIL, EVIL)),
           ("UPDATE contexts SET tensors_json = json_object('checksum', checksum, 'tensors', json_array(json_object('name', ?, 'dtype',"
            " 'float64', 'shape', json_array(250), 'offset', 0, 'size', 2000))), model_type = ? WHERE slot_id = 3",
            (EVIL * 1000, "T" * 100_000)))
    return store


def test_no_word_from_a_store_is_obeyed_or_without_end(program, ours):
    evil_store(ours)
    commands = [["list"], ["show", 1], ["show", 2], ["show", 3], ["info"], ["history", 1], ["stats", 1], ["stats", 2], ["verify"],
                ["stats", 3, "--tensor", EVIL.replace("\0", "")], ["rebuild", 1], ["list", "--type", EVIL.replace("\0", "")],
                ["export", 1, f"/tmp/{EVIL[:20]}/x.npy"], ["import", f"/none/{EVIL.replace(chr(0), '')}"], ["show", 1, "--json"]]
    for command in commands:
        done = measured(program, *command, store=ours)
        assert_safe(done.out, is_json="--json" in command)
        assert_safe(done.err)
        assert "Fatal" not in done.err and done.code in (0, 1, 2), done.err[:500]
        if "--json" not in command:
            assert max(map(len, done.out.split("\n"))) < 5000 and len(done.err) < 10_000, command[0]


def test_a_model_file_with_hostile_names_is_imported_and_shown_safely(program, run, folder):
    header = {"__metadata__": {EVIL: EVIL * 100, "name": EVIL, "model_type": EVIL},
              EVIL: {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
              "n" * 100_000: {"dtype": "F32", "shape": [1], "data_offsets": [8, 12]}}
    path = written(folder / f"m{EVIL.replace(chr(0), '')}.safetensors", header, bytes(12))
    store = folder / "store"
    for command in (["import", path], ["show", 0], ["list"], ["info"], ["verify"], ["rebuild", 0]):
        done = measured(program, *command, store=store)
        assert done.code == 0, done.err
        assert_survived(done)
    assert {tensor["name"] for tensor in run("show", 0, "--json", store=store).json["tensors"]} == {EVIL, "n" * 100_000}


# ---------------------------------------------------------------------- weights that are cut while they are read

def large_foreign(store, slot, megabytes=2048):
    """A slot of another program whose weights are large, and take no room."""
    foreign_store.write_slot(store, slot, np.zeros(1), {}, {"model_type": "LLM"})
    count = (megabytes << 20) // 8
    path = sparse(foreign_store.slot_file(store, slot), npy_header(f"({count},)"), (megabytes << 20) + len(npy_header(f"({count},)")))
    foreign_store.update_row(store, slot, weight_shape=f"[{count}]", size_bytes=count * 8, checksum="0" * 32)
    return path


def bytes_read(pid):
    """How much a process has read so far; nothing where it has ended."""
    try:
        return int(re.search(r"rchar: (\d+)", Path(f"/proc/{pid}/io").read_text())[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def cut_while_read(pid, path, size=50 * MB):
    """Truncates a file in the middle of its being read. The reader is stopped meanwhile, so it can't have finished."""
    end = time.monotonic() + 20
    before = bytes_read(pid)
    while bytes_read(pid) - before < 2 * size:
        assert time.monotonic() < end, "nothing is read"
    os.kill(pid, signal.SIGSTOP)
    assert bytes_read(pid) - before < path.stat().st_size, "it was read through before it could be cut"
    os.truncate(path, size)
    os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize("command, code", [(["verify", 40], 1), (["stats", 40], 2), (["export", 40, "out.npy"], 2)],
                         ids=lambda value: value[0] if isinstance(value, list) else "")
def test_weights_that_are_cut_while_they_are_read_are_an_error(program, foreign, folder, command, code):
    path = large_foreign(foreign, 40)
    process = program.popen(*command, store=foreign, cwd=folder)
    cut_while_read(process.pid, path)
    out, err = process.communicate(timeout=30)
    assert process.returncode == code, f"exit code {process.returncode}\n{out}{err}"
    assert "00000040.npy" in out + err and "cut short" in out + err
    assert_no_trace(err)
    assert sorted(entry.name for entry in folder.iterdir()) == ["store"]


def test_a_model_that_is_cut_while_it_is_imported_leaves_nothing(program, ours, folder):
    count = (1 << 30) // 8
    path = sparse(folder / "model.npy", npy_header(f"({count},)"), (1 << 30) + len(npy_header(f"({count},)")))
    rows, revisions = foreign_store.rows(ours), contents(ours / "revisions")
    process = program.popen("import", path, store=ours)
    cut_while_read(process.pid, path)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 2 and "model.npy" in err and "cut short" in err, f"{process.returncode} {out}{err}"
    assert foreign_store.rows(ours) == rows and contents(ours / "revisions") == revisions and staged_files(ours) == []


def test_weights_that_are_replaced_while_they_are_verified_are_not_called_intact(program, foreign):
    path = large_foreign(foreign, 40, megabytes=300)
    process = program.popen("verify", 40, "--json", store=foreign)
    wait_until(lambda: bytes_read(process.pid) > 20 * MB, "weights being read")
    os.kill(process.pid, signal.SIGSTOP)
    np.save(path.with_name("new.npy"), np.arange(3.0))
    os.replace(path.with_name("new.npy"), path)
    os.kill(process.pid, signal.SIGCONT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 1, f"{process.returncode} {out}{err}"
    listed = {entry["slot_id"]: entry["integrity"] for entry in program.run("list", "--json", store=foreign).ok().json}
    assert listed[40] in ("mismatch", "unverified")


# ---------------------------------------------------------------------- the browser

# What a terminal would obey or a reader be misled by, as the program would send it.
OBEYED = [b"\x1b]0;OWNED", b"\xc2\x9b", b"\xc2\x90", b"\xc2\x9c", *(mark.encode() for mark in "\u202e\u2066\u200b\ufeff")]


def look_round(one, slots):
    """Looks at each slot: its panes, and its histogram at full size where there is one."""
    for slot in slots:
        select(one, slot)
        one.keys("H", "H").wait(lambda screen: screen.selected == slot)
    one.keys("C-l").wait(lambda screen: screen.selected == slots[-1])


def test_the_browser_obeys_no_word_from_a_store(terminal, ours, folder):
    evil_store(ours)
    one = opened(terminal, ours)
    one.record(folder / "sent").keys("C-l")
    look_round(one, [0, 1, 2, 3])
    one.keys("t", "T", "/").type("evil").wait(lambda screen: screen.slots == [1])
    one.keys("Escape").wait(lambda screen: len(screen.slots) == 4)
    for slot in (1, 2, 3):
        select(one, slot)
        press(one, "v", "⏎ close")
        close_dialog(one)
        press(one, "r", re.compile(r"│ slot 1 .*✗" if slot == 1 else "⏎ (?:close|keep)"))
        close_dialog(one)
    select(one, 1)
    press(one, "D", lambda screen: screen.slots and 1 not in screen.slots)
    press(one, "u", lambda screen: 1 in screen.slots)
    title = one.title()
    quit_and_check(one)
    sent = (folder / "sent").read_bytes()
    assert b"evil" in sent
    assert [word for word in OBEYED if word in sent] == []
    assert title != "OWNED"


def test_a_config_without_end_does_not_stop_the_browser(terminal, ours):
    change(ours, ("UPDATE contexts SET config_json = ? WHERE slot_id = 3", (json.dumps({"prompt": "word " * 20_000, "k" * 100_000: 1}),)))
    one = opened(terminal, ours, "--slot", 3)
    one.keys("R")
    close_dialog(one)
    select(one, 2)
    quit_and_check(one)


@pytest.mark.parametrize("columns", [["created_at", "updated_at"], ["model_type", "name", "checksum"], ["size_bytes", "parameters", "revision"],
                                     ["config_json", "metadata_json", "recipe_json", "tensors_json"],
                                     ["weight_shape", "weight_dtype", "weight_file", "verified_stamp"]], ids=" ".join)
def test_the_browser_survives_any_value_in_any_column(terminal, rows_template, folder, columns):
    store = Path(shutil.copytree(rows_template, folder / "store", symlinks=True))
    for column in columns:
        change(store, "BEGIN", *((f"UPDATE contexts SET {column} = ? WHERE slot_id = ?", (value, slot))
                                 for slot, value in enumerate(VALUES.values())), "COMMIT")
    one = opened(terminal, store)
    one.record(folder / "sent").keys("C-l")
    look_round(one, list(range(0, len(VALUES), 2)))
    select(one, 0)
    press(one, "v", "⏎ close")
    close_dialog(one)
    # The end of the build, and not that of the verification before it.
    press(one, "r", re.compile(r"⏎ (?:close|keep)|│ slot 0 (?!\s+verify ).*✗"))
    close_dialog(one)
    press(one, "D", "slot 0 deleted")
    press(one, "u", lambda screen: 0 in screen.slots)
    for order in ("id", "type", "size", "name", "params", "dtype", "created", "checksum", "state", "updated"):
        press(one, "s", f"sort: {order}")
    press(one, "S", "sort: updated ↑")
    one.keys("C-c")
    assert one.wait_exit() == 0
    assert [word for word in OBEYED if word in (folder / "sent").read_bytes()] == []


@pytest.mark.parametrize("kind", ["fifo", "folder", "device", "link to a file"])
def test_the_browser_says_what_stands_in_the_place_of_a_weight_file(terminal, foreign, elsewhere, kind):
    put(kind, foreign_store.slot_file(foreign, 12), elsewhere)
    one = opened(terminal, foreign, "--slot", 12)
    words = re.compile({"fifo": "FIFO", "folder": "folder", "device": "device", "link to a file": "symbolic link"}[kind])
    one.wait(words)
    press(one, "v", lambda screen: words.search(screen.text) and "⏎" in screen.text)
    close_dialog(one)
    select(one, 13)
    one.wait(EXACT)
    quit_and_check(one)


def test_the_browser_goes_on_where_its_lock_is_something_else(terminal, ours, elsewhere):
    put("folder", ours / "wal" / "lock", elsewhere)
    one = opened(terminal, ours, "--slot", 3)
    press(one, "r", re.compile(r"✗ .*wal/lock"))
    press(close_dialog(one), "D", "wal/lock")
    close_dialog(one)
    quit_and_check(one)


def test_the_browser_survives_weights_that_are_cut_while_it_counts_them(terminal, foreign):
    path = large_foreign(foreign, 40, megabytes=4096)
    one = opened(terminal, foreign, "--slot", 12)
    one.wait(EXACT)
    one.keys("g")
    cut_while_read(one.pid, path)
    one.wait("cut short")
    press(one, "v", lambda screen: "cut short" in screen or "bytes" in screen and "⏎" in screen)
    close_dialog(one)
    select(one, 12)
    one.wait(EXACT)
    quit_and_check(one)


def test_the_browser_survives_weights_that_are_cut_while_it_verifies_them(terminal, foreign):
    path = large_foreign(foreign, 40, megabytes=1024)
    one = opened(terminal, foreign, "--slot", 40)
    one.wait(EXACT)
    one.keys("v")
    cut_while_read(one.pid, path)
    one.wait(lambda screen: "cut short" in screen and "⏎" in screen)
    close_dialog(one)
    quit_and_check(one)
