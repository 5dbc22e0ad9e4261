"""Stores shared with Python programs that know numpy, sqlite3 and json alone, both ways."""

import hashlib
import json
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest

import foreign_store
import format_page
from browsing import opened, quit_and_check
from program import assert_refused, contents

FIXTURE = Path(__file__).resolve().parents[1] / "Fixtures" / "foreign-store"
LIST_KEYS = {"slot_id", "model_type", "name", "weight_shape", "weight_dtype", "parameters", "size_bytes",
             "checksum", "revision", "integrity", "created_at", "updated_at"}


@pytest.fixture(scope="module")
def page():
    return format_page.load()


# ---------------------------------------------------------------------- a store that Python wrote

def test_a_store_that_python_wrote_is_listed_as_its_rows_say(run, foreign):
    rows = foreign_store.rows(foreign)
    listed = {entry["slot_id"]: entry for entry in run("list", "--json", store=foreign).ok().json}
    assert sorted(listed) == list(range(30))
    for slot, entry in listed.items():
        assert set(entry) == LIST_KEYS
        row = rows[slot]
        for column in ("model_type", "weight_dtype", "size_bytes", "checksum", "created_at", "updated_at"):
            assert entry[column] == row[column], (slot, column)
        assert entry["weight_shape"] == json.loads(row["weight_shape"])
        assert entry["revision"] is None
        assert entry["integrity"] == "unverified"
        assert entry["parameters"] in (None, row["size_bytes"] // 8)


def test_a_slot_that_python_wrote_is_shown_with_its_config_and_metadata(run, foreign):
    shown = run("show", 3, "--json", store=foreign).ok().json
    assert shown["config"] == foreign_store.CNN_CONFIG
    assert shown["metadata"] == foreign_store.cnn_context(3)[2]
    assert [(tensor["dtype"], tensor["shape"], tensor["offset"], tensor["size"]) for tensor in shown["tensors"]] == [
        ("float64", [16711], 0, 133688)]
    assert foreign / shown["weight_file"] == foreign_store.slot_file(foreign, 3)


def test_a_store_that_python_wrote_verifies(run, foreign):
    verified = run("verify", "--json", store=foreign).ok().json
    assert sorted(entry["slot_id"] for entry in verified) == list(range(30))
    for entry in verified:
        assert entry["ok"] is True and entry["error"] is None and entry["actual"] == entry["expected"]
    assert {entry["integrity"] for entry in run("list", "--json", store=foreign).json} == {"verified"}


def test_looking_at_a_foreign_store_leaves_it_readable_to_its_owner(run, foreign):
    before = foreign_store.rows(foreign)
    for command in (["list"], ["show", 3], ["stats", 3], ["verify"], ["info"]):
        run(*command, store=foreign).ok()
    assert foreign_store.rows(foreign) == before
    assert foreign_store.check(foreign) == []


def test_the_owner_goes_on_writing_after_we_did(run, foreign):
    run("rebuild", 3, "--seed", 99, store=foreign).ok()
    foreign_store.write_slot(foreign, 3, np.arange(6.0), {"a": 1}, {"model_type": "Other"})
    foreign_store.write_slot(foreign, 77, np.arange(4.0), {"a": 2}, {})
    shown = run("show", 3, "--json", store=foreign).ok().json
    assert (shown["model_type"], shown["revision"], shown["integrity"]) == ("Other", None, "unverified")
    assert run("show", 77, "--json", store=foreign).ok().json["model_type"] == "Unknown"
    assert [entry["ok"] for entry in run("verify", 3, 77, "--json", store=foreign).ok().json] == [True, True]


def test_a_rebuild_of_a_foreign_slot_keeps_what_was_there(run, foreign):
    row = foreign_store.rows(foreign)[12]
    old = foreign_store.slot_file(foreign, 12).read_bytes()
    run("rebuild", 12, "--seed", 5, store=foreign).ok()
    assert foreign_store.check(foreign) == []
    now = foreign_store.rows(foreign)[12]
    assert now["checksum"] != row["checksum"]
    assert now["created_at"] == row["created_at"]
    assert foreign_store.slot_file(foreign, 12).is_symlink()
    kept = [path for path in (foreign / "revisions").iterdir() if path.read_bytes() == old]
    assert len(kept) == 1, "the foreign file was not adopted as a revision"
    index = sqlite3.connect(foreign / "index.db")
    history = index.execute("SELECT checksum FROM history WHERE slot_id = 12 ORDER BY revision").fetchall()
    index.close()
    assert history == [(row["checksum"],), (now["checksum"],)]


def test_both_forms_of_time_stamps_sort_together(run, folder):
    store = folder / "store"
    for slot in range(4):
        foreign_store.write_slot(store, slot, np.zeros(1), {}, {"model_type": "LLM"})
    for slot, stamp in enumerate(["2026-11-23 08:00:00", "2026-11-23T08:00:00.500000", "2026-11-23 08:00:01",
                                  "2026-11-23T07:59:59.999999"]):
        foreign_store.update_row(store, slot, updated_at=stamp)
    listed = [entry["slot_id"] for entry in run("list", "--json", store=store).ok().json]
    assert listed == [2, 1, 0, 3]
    assert [e["slot_id"] for e in run("list", "--reverse", "--json", store=store).json] == [3, 0, 1, 2]


def test_a_row_whose_weight_file_points_elsewhere_is_read_from_slots(run, foreign, folder):
    decoy = folder / "elsewhere.npy"
    np.save(decoy, np.ones(3))
    foreign_store.update_row(foreign, 12, weight_file=str(decoy))
    assert run("verify", 12, "--json", store=foreign).ok().json[0]["ok"] is True


# ---------------------------------------------------------------------- each fault is named

def test_nan_and_infinity_in_config_are_read_and_printed_as_null(run, foreign):
    foreign_store.nan_config(foreign, 12)
    shown = run("show", 12, "--json", store=foreign).ok().json
    assert shown["config"] == {"temperature": None, "top_p": None, "learning_rate": None, "max_tokens": 1}
    text = run("show", 12, store=foreign).ok().out
    assert "NaN" in text and "-Infinity" in text


def test_nan_in_config_survives_a_rebuild(run, foreign):
    foreign_store.nan_config(foreign, 12)
    run("rebuild", 12, "--set", "max_tokens=7", store=foreign).ok()
    config = json.loads(foreign_store.rows(foreign)[12]["config_json"])
    assert np.isnan(config["temperature"]) and config["learning_rate"] == -np.inf and config["max_tokens"] == 7


@pytest.mark.parametrize("kind, integrity, word", [
    ("flip", "mismatch", None),
    ("missing", "missing", "missing"),
    ("truncated", "mismatch", "short"),
])
def test_damage_is_found_and_named(run, foreign, kind, integrity, word):
    expected = foreign_store.rows(foreign)[12]["checksum"]
    foreign_store.FAULTS[kind](foreign, 12)

    verified = run("verify", "--json", store=foreign)
    assert verified.code == 1
    entries = {entry["slot_id"]: entry for entry in verified.json}
    assert [slot for slot, entry in entries.items() if not entry["ok"]] == [12]
    assert entries[12]["expected"] == expected
    assert word is None or word in entries[12]["error"].lower(), entries[12]["error"]
    if kind == "flip":
        actual = hashlib.md5(np.load(foreign_store.slot_file(foreign, 12)).tobytes()).hexdigest()
        assert entries[12]["actual"] == actual != expected
    else:
        assert entries[12]["actual"] is None

    listed = {entry["slot_id"]: entry["integrity"] for entry in run("list", "--json", store=foreign).ok().json}
    assert listed.pop(12) == integrity
    assert set(listed.values()) == {"verified"}


@pytest.mark.parametrize("kind", ["missing", "truncated"])
def test_weights_that_are_not_there_are_never_taken_for_empty_ones(run, foreign, kind, folder):
    foreign_store.FAULTS[kind](foreign, 12)
    assert_refused(run("stats", 12, "--json", store=foreign), "00000012.npy")
    assert_refused(run("export", 12, folder / "out.npy", store=foreign), "00000012.npy")
    assert not (folder / "out.npy").exists()


def test_a_file_of_another_shape_is_refused(run, foreign):
    np.save(foreign_store.slot_file(foreign, 12), np.zeros((3, 4)))
    assert_refused(run("stats", 12, store=foreign), "00000012.npy")
    verified = run("verify", 12, "--json", store=foreign)
    assert verified.code == 1 and verified.json[0]["ok"] is False


def test_a_file_of_another_dtype_is_refused(run, foreign):
    weights = np.load(foreign_store.slot_file(foreign, 12))
    np.save(foreign_store.slot_file(foreign, 12), weights.view(np.int64))
    assert_refused(run("stats", 12, store=foreign), "00000012.npy")


def test_a_link_that_leaves_the_store_is_not_adopted(run, foreign, folder):
    outside = folder / "outside.npy"
    target = foreign_store.slot_file(foreign, 12)
    target.rename(outside)
    target.symlink_to(outside)
    bytes_outside = outside.read_bytes()
    run("build", "llm", 12, "--seed", 3, store=foreign).ok()
    assert outside.read_bytes() == bytes_outside
    assert foreign_store.check(foreign) == []
    kept = list((foreign / "revisions").iterdir())
    assert not any(path.is_symlink() for path in kept)
    assert bytes_outside not in [path.read_bytes() for path in kept]


def test_control_characters_from_a_store_never_reach_the_terminal(run, foreign):
    foreign_store.update_row(foreign, 12, model_type="L\x1b[31mM\r\n\u202e",
                             metadata_json=json.dumps({"model_type": "x", "name": "a\x1b]0;title\x07b\nc"}))
    for command in (["list"], ["show", 12], ["info"]):
        out = run(*command, store=foreign).ok().out
        assert not set(out) & {"\x1b", "\r", "\x07", "\u202e"}, repr(out)


def test_a_model_type_with_a_nul_is_one_of_its_own(run, foreign, terminal):
    for slot in (3, 12, 20):
        foreign_store.update_row(foreign, slot, model_type="A\0B")
    for slot in (4, 5):
        foreign_store.update_row(foreign, slot, model_type="A")
    listed = run("list", "--type", "A", "--sort", "id", "--json", store=foreign).ok().json
    assert [entry["slot_id"] for entry in listed] == [4, 5]
    types = {entry["slot_id"]: entry["model_type"] for entry in run("list", "--json", store=foreign).ok().json}
    assert {slot for slot, model_type in types.items() if model_type == "A\0B"} == {3, 12, 20}
    counts = run("info", "--json", store=foreign).ok().json["by_model_type"]
    assert (counts["A"], counts["A\0B"]) == (2, 3)
    found = run("list", "--search", "type:b", "--json", store=foreign).ok().json
    assert sorted(entry["slot_id"] for entry in found) == [3, 12, 20]

    one = opened(terminal, foreign)
    assert one.screen().tabs["A"] == 2
    shown = next(name for name, count in one.screen().tabs.items() if name[:1] == "A" and count == 3)
    one.keys("t").wait(lambda screen: set(types[slot] for slot in screen.slots) == {"LLM"})
    one.keys("t").wait(lambda screen: set(types[slot] for slot in screen.slots) == {"CNN"})
    one.keys("t").wait(lambda screen: sorted(screen.slots) == [3, 12, 20])
    one.keys("t").wait(lambda screen: sorted(screen.slots) == [4, 5])
    one.keys("T").wait(lambda screen: sorted(screen.slots) == [3, 12, 20])
    one.keys("/").type("b").wait(lambda screen: screen.tabs[shown] == 3 and screen.tabs["A"] == 0)
    one.keys("Escape").wait(lambda screen: screen.tabs["A"] == 2)
    quit_and_check(one)


# ---------------------------------------------------------------------- stores that are not for us

def test_a_store_of_a_newer_schema_is_refused_and_not_touched(run, store):
    index = sqlite3.connect(store / "index.db")
    index.execute("INSERT OR REPLACE INTO metadata(key, value) VALUES ('slotscope_schema', '999')")
    index.commit()
    index.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    index.close()
    before = {name: what for name, what in contents(store).items() if not name.startswith("index.db-")}
    for command in (["list"], ["build", "llm", 0], ["delete", 0, "--yes"], ["verify"], ["info", "--json"]):
        assert_refused(run(*command, store=store), "newer")
    after = {name: what for name, what in contents(store).items() if not name.startswith("index.db-")}
    assert after == before


def test_the_schema_version_that_foreign_programs_rewrite_stays_theirs(run, foreign):
    run("build", "llm", 12, store=foreign).ok()
    index = sqlite3.connect(foreign / "index.db")
    assert index.execute("SELECT value FROM metadata WHERE key = 'schema_version'").fetchall() == [("1",)]
    index.close()


# ---------------------------------------------------------------------- what we write, Python reads

def test_python_reads_what_we_built(store):
    assert foreign_store.check(store) == []
    for slot in range(5):
        found = foreign_store.read_slot(store, slot)
        weights, config, metadata = foreign_store.llm_context(slot)
        assert np.array_equal(found.weights, weights)
        assert found.config == config
        assert {key: found.metadata[key] for key in ("model_type", "slot_index")} == {
            "model_type": "LLM", "slot_index": str(slot)}
    for slot in range(5, 8):
        found = foreign_store.read_slot(store, slot)
        weights, config, metadata = foreign_store.cnn_context(slot)
        assert np.array_equal(np.ravel(found.weights), weights)
        assert found.config == config
        assert found.metadata["layer_count"] == metadata["layer_count"]


def test_our_rows_are_as_the_format_page_says(store):
    index = sqlite3.connect(f"file:{store}/index.db?mode=ro", uri=True)
    index.row_factory = sqlite3.Row
    for row in index.execute("SELECT * FROM contexts"):
        assert row["revision"] == 1
        path = store / row["weight_file"]
        assert path.parent == store / "revisions" and path.is_file() and not path.is_symlink()
        assert path.stat().st_mode & 0o777 == 0o444
        entry = foreign_store.slot_file(store, row["slot_id"])
        assert entry.is_symlink() and entry.resolve() == path.resolve()
        assert not entry.readlink().is_absolute()
        assert len(row["updated_at"]) == len("2026-11-23T08:00:00.123456") and row["updated_at"][10] == "T"
        table = json.loads(row["tensors_json"]) if row["tensors_json"] else None
        assert table is None or table["checksum"] == row["checksum"]
    metadata = dict(index.execute("SELECT key, value FROM metadata").fetchall())
    index.close()
    assert metadata["schema_version"] == "1"
    assert "slotscope_schema" in metadata
    assert sorted(path.name for path in (store / "wal").iterdir()) in (["lock"], [])


def test_a_moved_store_works(run, store, folder):
    moved = folder / "a place with spaces, é and 数"
    store.rename(moved)
    assert run("verify", "--json", store=moved).ok()
    assert foreign_store.check(moved) == []


# ---------------------------------------------------------------------- the examples of FORMAT.md

@pytest.mark.parametrize("kind", ["foreign", "store"])
def test_the_examples_of_the_format_page_read_every_slot(page, kind, request):
    where = request.getfixturevalue(kind)
    for slot, row in foreign_store.rows(where).items():
        assert page.verify(where, slot)
        weights, config, metadata = page.load(where, slot)
        assert weights.nbytes == row["size_bytes"]
        assert config == json.loads(row["config_json"]) and metadata == json.loads(row["metadata_json"])
        assert sum(tensor.nbytes for tensor in page.tensors(where, slot).values()) == row["size_bytes"]
    newest = page.newest(where, "CNN", 2)
    assert len(newest) == 2 and newest[0][1] >= newest[1][1]


def test_the_tensor_table_names_the_layers_of_a_cnn(page, store):
    tensors = page.tensors(store, 5)
    sizes = foreign_store.cnn_layer_sizes(5)
    assert list(tensors) == [f"layer.{i}.{part}" for i in range(9) for part in ("weight", "bias")]
    assert [tensors[f"layer.{i}.weight"].shape for i in range(9)] == [(size, 3, 3) for size in sizes]
    flat = np.concatenate([tensor.ravel() for tensor in tensors.values()])
    assert np.array_equal(flat, foreign_store.cnn_weights(5))


def test_a_slot_saved_by_the_format_page_is_ours_to_read(page, run, store):
    page.save(store, 40, np.arange(12, dtype=np.float32).reshape(3, 4), {"lr": 0.5}, {"model_type": "Own"})
    page.save(store, 2, np.arange(3.0), {}, {"model_type": "Own"})
    assert page.verify(store, 40) and page.verify(store, 2)
    shown = run("show", 40, "--json", store=store).ok().json
    assert (shown["weight_shape"], shown["weight_dtype"], shown["config"]) == ([3, 4], "float32", {"lr": 0.5})
    assert run("verify", "--json", store=store).ok()


def test_bfloat16_is_read_by_the_format_page(page, run, folder):
    bits = np.arange(0x3F00, 0x4000, dtype=np.uint16)
    np.save(folder / "b.npy", bits.view("V2"))
    run("import", folder / "b.npy", "--slot", 0, store=folder / "store").ok()
    values = page.bfloat16_to_float32(page.tensors(folder / "store", 0).popitem()[1])
    assert np.array_equal(values, (bits.astype(np.uint32) << 16).view(np.float32))


def test_the_committed_fixture_reads(run, folder):
    store = folder / "store"
    shutil.copytree(FIXTURE, store)
    assert foreign_store.check(store) == []
    assert [entry["slot_id"] for entry in run("list", "--json", store=store).ok().json] == [0, 7, 8]
    assert run("verify", "--json", store=store).ok()
    shown = run("show", 8, "--json", store=store).ok().json
    assert shown["config"] == {"temperature": None, "top_p": None, "learning_rate": None, "max_tokens": 1}
