"""What can go wrong around a command: one clear line, the right exit code, nothing lost or half written."""

import os
import pty
import select
import sqlite3
import subprocess

import numpy as np
import pytest
from safetensors.numpy import save_file

import foreign_store
from program import NOBODY, assert_no_trace, assert_refused, contents, environment, staged_files

READING = [["list"], ["show", 0], ["verify"], ["stats", 0], ["info"], ["export", 0, "/dev/null/x.npy"]]


# ---------------------------------------------------------------------- no store

@pytest.mark.parametrize("command", [*READING, ["rebuild", 0], ["delete", 0, "--yes"], ["browse"]])
def test_where_there_is_no_store_a_command_says_how_to_make_one(run, folder, command):
    refused = run(*command, store=folder / "none")
    assert_refused(refused, folder / "none", "slotscope")
    assert not (folder / "none").exists()


def test_a_folder_of_something_else_is_no_store(run, folder):
    (folder / "photos").mkdir()
    (folder / "photos" / "cat.txt").write_text("meow")
    before = contents(folder)
    assert_refused(run("list", store=folder / "photos"), folder / "photos")
    assert contents(folder) == before


def test_a_file_is_no_store(run, folder):
    (folder / "file").write_text("x")
    assert_refused(run("list", store=folder / "file"), folder / "file")
    assert_refused(run("build", "llm", 0, store=folder / "file"), folder / "file")


@pytest.mark.parametrize("index", [b"", b"not a database at all, and longer than a header is" * 40,
                                   b"SQLite format 3\0" + bytes(4000)], ids=["empty", "garbage", "torn"])
def test_an_index_that_is_no_index_is_refused_and_not_touched(run, store, index):
    for name in ("index.db-wal", "index.db-shm"):
        (store / name).unlink(missing_ok=True)
    (store / "index.db").write_bytes(index)
    for command in (["list"], ["build", "llm", 1], ["delete", 0, "--yes"]):
        assert_refused(run(*command, store=store), "index.db")
        assert (store / "index.db").read_bytes() == index


def test_another_programs_database_is_refused_and_not_touched(run, folder):
    store = folder / "store"
    store.mkdir()
    index = sqlite3.connect(store / "index.db")
    index.executescript("CREATE TABLE songs (title TEXT); INSERT INTO songs VALUES ('x');")
    index.close()
    before = (store / "index.db").read_bytes()
    for command in (["list"], ["build", "llm", 1]):
        assert_refused(run(*command, store=store), "index.db")
        assert (store / "index.db").read_bytes() == before


def test_an_index_that_is_gone_while_slots_are_there_is_reported(run, store):
    for name in ("index.db", "index.db-wal", "index.db-shm"):
        (store / name).unlink(missing_ok=True)
    before = contents(store)
    for command in (["list"], ["build", "llm", 1]):
        assert_refused(run(*command, store=store), "index.db")
        assert contents(store) == before


# ---------------------------------------------------------------------- permissions

def owned_by_root(store):
    """As another user finds a store that is not his: readable where its modes say so, never writable."""
    for path in [store, *store.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o555 if path.is_dir() else 0o444)
    return store


def test_a_store_that_one_may_only_read_opens_for_reading(run, store, request):
    request.addfinalizer(lambda: [path.chmod(0o755) for path in [store, *store.rglob("*")] if path.is_dir()])
    owned_by_root(store)
    before = contents(store)
    assert len(run("list", "--json", store=store, as_nobody=True).ok().json) == 8
    assert run("show", 3, "--json", store=store, as_nobody=True).ok().json["slot_id"] == 3
    assert run("verify", "--json", store=store, as_nobody=True).ok()
    assert run("stats", 3, "--json", store=store, as_nobody=True).ok()
    for command in (["build", "llm", 0], ["rebuild", 0], ["delete", 0, "--yes"]):
        assert_refused(run(*command, store=store, as_nobody=True), "permission")
    assert contents(store) == before


def test_a_store_that_one_may_not_enter_is_refused(run, store, request):
    request.addfinalizer(lambda: store.chmod(0o755))
    store.chmod(0o000)
    for command in (["list"], ["build", "llm", 0]):
        assert_refused(run(*command, store=store, as_nobody=True), "permission", store)


def test_a_weight_file_that_one_may_not_read_is_named(run, store, request):
    path = foreign_store.slot_file(store, 3).resolve()
    path.chmod(0o000)
    request.addfinalizer(lambda: path.chmod(0o444))
    assert_refused(run("stats", 3, store=store, as_nobody=True), "permission", path.name)


def test_a_file_that_one_may_not_read_is_not_imported(run, folder, request):
    np.save(folder / "in.npy", np.zeros(2))
    (folder / "in.npy").chmod(0o000)
    request.addfinalizer(lambda: (folder / "in.npy").chmod(0o644))
    (folder / "own").mkdir()
    if os.getuid() == 0:
        os.chown(folder / "own", NOBODY, NOBODY)
    assert_refused(run("import", folder / "in.npy", store=folder / "own" / "store", as_nobody=True), "permission", "in.npy")


# ---------------------------------------------------------------------- terminals

@pytest.mark.parametrize("command", [[], ["browse"]])
def test_without_a_terminal_there_is_no_browser(run, store, command):
    assert_refused(run(*command, store=store), "terminal")


def in_pty(program, store, env, *words):
    """Runs the browser in a bare pseudo-terminal; exit code and what it wrote there."""
    main, side = pty.openpty()
    process = subprocess.Popen(program.command(*words, store=store), stdin=side, stdout=side, stderr=side,
                               env=environment(program.home, **env), start_new_session=True)
    os.close(side)
    written = b""
    while True:
        ready, _, _ = select.select([main], [], [], 20)
        if not ready:
            process.kill()
            break
        try:
            chunk = os.read(main, 65536)
        except OSError:
            break
        if not chunk:
            break
        written += chunk
    os.close(main)
    return process.wait(timeout=20), written.decode()


@pytest.mark.parametrize("term", ["no-such-terminal", "", None])
def test_a_terminal_that_nobody_knows_is_refused(program, store, term):
    code, written = in_pty(program, store, {"TERM": term})
    assert code == 2
    assert len(written.strip().splitlines()) == 1 and "TERM" in written
    assert "\x1b" not in written
    assert_no_trace(written)


def test_dumb_terminals_are_refused_with_a_word(program, store):
    code, written = in_pty(program, store, {"TERM": "dumb"})
    assert code == 2 and "dumb" in written and "\x1b" not in written


# ---------------------------------------------------------------------- slots, options and files that are not there

@pytest.mark.parametrize("command", [["show", 99], ["stats", 99], ["rebuild", 99], ["delete", 99, "--yes"],
                                     ["verify", 99], ["export", 99, "x.npy"], ["show", 99, "--json"]])
def test_a_slot_that_is_not_there(run, store, command, folder):
    before = foreign_store.rows(store)
    assert_refused(run(*command, store=store, cwd=folder), "99", code=1)
    assert not (folder / "x.npy").exists()
    assert foreign_store.rows(store) == before


def test_one_wrong_slot_among_right_ones_stops_a_delete(run, store):
    assert_refused(run("delete", 1, 99, 2, "--yes", store=store), "99", code=1)
    assert {1, 2} <= set(foreign_store.rows(store))


def bad_imports(folder):
    (folder / "folder").mkdir()
    os.mkfifo(folder / "fifo.npy")
    (folder / "text.npy").write_text("hello")
    (folder / "empty.safetensors").write_bytes(b"")
    (folder / "other.zip").write_bytes(b"PK\x03\x04" + bytes(100))
    return ["none.npy", "folder", "fifo.npy", "text.npy", "empty.safetensors", "other.zip", "/dev/zero", "/dev/tty"]


def test_what_is_no_model_file_is_not_imported(run, folder):
    store = folder / "store"
    run("build", "llm", 0, store=store).ok()
    before = contents(store / "revisions")
    for name in bad_imports(folder):
        refused = run("import", folder / name, store=store, timeout=20)
        assert_refused(refused, name)
    assert contents(store / "revisions") == before and staged_files(store) == []
    assert list(foreign_store.rows(store)) == [0]


def test_a_bad_source_file_leaves_the_slot_as_it_was(run, store, folder):
    (folder / "bad.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0notjson!")
    before = foreign_store.rows(store)
    assert_refused(run("build", "llm", 0, "--from", folder / "bad.safetensors", store=store), "bad.safetensors")
    assert_refused(run("build", "llm", 0, "--from", folder / "none.npy", store=store), "none.npy")
    assert foreign_store.rows(store) == before and foreign_store.check(store) == []


def test_an_export_never_leaves_half_a_file(run, store, folder):
    target = folder / "out.npy"
    target.write_text("precious")
    foreign_store.truncate_file(store, 7)
    assert_refused(run("export", 6, target, store=store), "out.npy", "exists")
    assert_refused(run("export", 7, target, "--force", store=store), "00000007")
    assert target.read_text() == "precious"
    assert_refused(run("export", 6, folder / "no" / "folder" / "out.npy", store=store), "out.npy")
    refused = run("export", 6, target, "--force", store=store, file_size_limit=4096)
    assert refused.code == 2 and target.read_text() == "precious"
    assert sorted(path.name for path in folder.iterdir()) == ["out.npy", "store"]


# ---------------------------------------------------------------------- disk full

@pytest.mark.parametrize("command", [
    ["build", "cnn", "1", "--preset", "resnet50"],
    ["rebuild", "7", "--seed", "3"],
    ["build", "llm", "60", "--seed", "3", "--preset", "gpt2"],
])
def test_a_full_disk_is_named_and_nothing_is_half_written(run, store, command):
    rows, revisions = foreign_store.rows(store), contents(store / "revisions")
    # A limit on the size of a file acts as a full disk does: write() fails in the middle of the weights.
    assert_refused(run(*command, store=store, file_size_limit=200_000), "device")
    assert foreign_store.rows(store) == rows
    assert contents(store / "revisions") == revisions
    assert staged_files(store) == []
    assert foreign_store.check(store) == []


def test_a_full_disk_while_importing(run, store, folder):
    save_file({"a": np.zeros(300_000, np.float32), "b": np.zeros(3, np.int64)}, folder / "in.safetensors")
    rows, revisions = foreign_store.rows(store), contents(store / "revisions")
    assert_refused(run("import", folder / "in.safetensors", "--slot", 1, store=store, file_size_limit=200_000), "device")
    assert foreign_store.rows(store) == rows and contents(store / "revisions") == revisions
    assert staged_files(store) == []


def test_a_truly_full_disk(run, folder, request):
    if os.getuid() != 0:
        pytest.skip("mounting a small disk wants root; the tests above limit the size of files instead")
    disk = folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "none", str(disk)], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"this machine does not let us mount: {mounted.stderr.strip()}")
    request.addfinalizer(lambda: subprocess.run(["umount", str(disk)], check=True))
    store = disk / "store"
    run("build", "llm", "0-3", store=store).ok()
    rows = foreign_store.rows(store)
    assert_refused(run("build", "cnn", 1, "--preset", "resnet50", store=store), "device")
    assert foreign_store.rows(store) == rows and staged_files(store) == []
    assert foreign_store.check(store) == []
    run("rebuild", 1, "--seed", 2, store=store).ok()
