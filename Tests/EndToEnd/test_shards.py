"""Models in several files: what makes them one slot, and what is refused."""

import hashlib
import json
import os
import shutil
import time

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import foreign_store
from measured import measured
from program import assert_refused, wait_until
from test_npy import nothing_was_kept
from test_safetensors import tensor_bytes, tensors_of

INDEX = "model.safetensors.index.json"


@pytest.fixture(scope="module")
def minilm_shards(session_folder, minilm_file):
    """The transformer in three files with an index, as libraries write large models, and its config.json."""
    folder = session_folder / "MiniLM-L6-v2.1"
    folder.mkdir()
    arrays = load_file(minilm_file)
    files = [f"model-{i:05}-of-00003.safetensors" for i in (1, 2, 3)]
    places = {name: files[i % 3] for i, name in enumerate(sorted(arrays))}
    for file in files:
        save_file({name: arrays[name] for name in arrays if places[name] == file}, folder / file, {"format": "pt"})
    size = sum(array.nbytes for array in arrays.values())
    (folder / INDEX).write_text(json.dumps({"metadata": {"total_size": size}, "weight_map": places}, indent=2))
    shutil.copy(minilm_file.parent / "config.json", folder)
    return folder


@pytest.mark.parametrize("what", ["the folder", "the index", "a folder without an index"])
def test_shards_become_one_slot(run, folder, minilm_shards, minilm_file, what):
    place = minilm_shards
    if what == "the index":
        place = minilm_shards / INDEX
    elif what != "the folder":
        place = folder / "MiniLM-L6-v2.1"
        shutil.copytree(minilm_shards, place, ignore=shutil.ignore_patterns(INDEX))
    run("import", place, "--slot", 3, store=folder / "store").ok()
    arrays = load_file(minilm_file)
    data = tensor_bytes(folder / "store", 3)
    shown = tensors_of(run, folder / "store", 3)
    assert set(shown) == set(arrays)
    for name, array in arrays.items():
        assert (shown[name]["dtype"], shown[name]["shape"]) == (str(array.dtype), list(array.shape)), name
        assert data(name) == array.tobytes(), name
    slot = run("show", 3, "--json", store=folder / "store").ok().json
    assert (slot["name"], slot["model_type"]) == ("MiniLM-L6-v2.1", "LLM")
    assert slot["config"]["num_attention_heads"] == 12 and slot["metadata"]["format"] == "pt"
    source_path = place / INDEX if what == "the folder" else place
    assert slot["metadata"]["model_path"] == str(source_path)
    index = foreign_store.open_index(folder / "store")
    source = json.loads(index.execute("SELECT recipe_json FROM contexts").fetchone()[0])["source"]
    shards = b"".join(path.read_bytes() for path in sorted(minilm_shards.glob("*.safetensors")))
    assert source == {"path": str(source_path), "size": len(shards), "md5": hashlib.md5(shards).hexdigest()}


@pytest.fixture
def small(folder):
    """Two shards of two tensors each."""
    place = folder / "model"
    place.mkdir()
    places = {}
    for file, names in (("a.safetensors", "uv"), ("b.safetensors", "xy")):
        save_file({name: np.full(5, ord(name), np.float32) for name in names}, place / file)
        places |= dict.fromkeys(names, file)
    (place / INDEX).write_text(json.dumps({"weight_map": places}))
    return place


def remap(place, **changes):
    index = json.loads((place / INDEX).read_text())
    index["weight_map"] |= changes
    index["weight_map"] = {name: file for name, file in index["weight_map"].items() if file is not None}
    (place / INDEX).write_text(json.dumps(index))


def test_a_rebuild_reads_all_shards_again_and_says_if_one_has_changed(run, small, folder):
    store = folder / "store"
    run("import", small, store=store).ok()
    assert "is as before" in run("rebuild", 0, store=store).ok().out
    save_file({name: np.full(5, 1, np.float32) for name in "xy"}, small / "b.safetensors")
    assert "has changed" in run("rebuild", 0, store=store).ok().out
    assert tensor_bytes(store, 0)("x") == np.full(5, 1, np.float32).tobytes()
    (small / "b.safetensors").unlink()
    assert_refused(run("rebuild", 0, store=store), "b.safetensors", "not there")
    assert tensor_bytes(store, 0)("x") == np.full(5, 1, np.float32).tobytes()


@pytest.mark.parametrize("changes, words", [
    ({"z": "b.safetensors"}, ["‘z’", "not in", "b.safetensors"]),
    ({"z": "c.safetensors"}, ["c.safetensors", "not there"]),
    ({"y": None}, ["b.safetensors", "does not list", "‘y’"]),
    ({"y": "a.safetensors"}, ["‘y’", "b.safetensors", "a.safetensors"]),
    ({"y": "../model/b.safetensors"}, ["../model/b.safetensors", "no name of a file"]),
    ({"y": "/etc/passwd"}, ["/etc/passwd", "no name of a file"]),
    ({"y": ".."}, ["no name of a file"]),
    ({"y": INDEX}, [INDEX, "no model file"]),
    ({"y": 7}, ["not an object of strings"]),
])
def test_an_index_that_does_not_fit_its_shards_is_refused(run, small, folder, changes, words):
    remap(small, **changes)
    assert_refused(run("import", small, store=folder / "store"), INDEX, *words)
    assert nothing_was_kept(folder / "store")


@pytest.mark.parametrize("text, words", [
    (b'{"weight_map":{"u":"a.safetensors","u":"b.safetensors"}}', ["‘u’", "twice"]),
    (b'{"weight_map":{"u":"a.safetensors"},"weight_map":{}}', ["weight_map", "twice"]),
    (b'{"weight_map":{}}', ["no tensors"]), (b'{"metadata":{}}', ["weight_map"]), (b"[]", ["index"]), (b"{", ["damaged"]),
    (b'{"weight_map":{"u":"a.safetensors"}}}', ["damaged"]), (b'{"weight_map":{"\xff":"a"}}', ["damaged"]),
    (b'{"weight_map":' + b"[" * 100_000, ["not an object"]), (b'{"a":' + b"[" * 100_000, ["damaged"]),
    (b" " * 1000, ["index"]), (b"\0" * 1000, ["index"]),
])
def test_an_index_that_is_none_is_refused(run, small, folder, text, words):
    (small / INDEX).write_bytes(text)
    assert_refused(run("import", small / INDEX, store=folder / "store"), INDEX, *words)
    assert nothing_was_kept(folder / "store")


def test_absurd_indexes_are_refused_at_once_and_with_little_memory(program, folder):
    def refuse(text, *words):
        (folder / INDEX).write_text(text)
        result = measured(program, "import", folder / INDEX, store=folder / "store", timeout=60, memory=True)
        assert_refused(result, *words)
        assert result.memory < 256 << 20 and nothing_was_kept(folder / "store")

    # A hundred thousand tensors in as many files, none of which is there.
    many = ",".join(f'"t{i}":"f{i}"' for i in range(100_000))
    refuse(f'{{"weight_map":{{{many}}}}}', "‘f0’", "not there")
    with open(folder / INDEX, "wb") as file:
        file.write(b"{")
        file.truncate(100_000_001)
    result = measured(program, "import", folder / INDEX, store=folder / "store", timeout=20, memory=True)
    assert_refused(result, "100000001", "more than")
    assert result.memory < 64 << 20


def test_names_that_two_files_have_are_refused(run, small, folder):
    (small / INDEX).unlink()
    shutil.copy(small / "b.safetensors", small / "c.safetensors")
    assert_refused(run("import", small, store=folder / "store"), "both", "b.safetensors", "c.safetensors")
    assert nothing_was_kept(folder / "store")


def test_folders_with_no_model_or_several_are_refused(run, folder):
    (folder / "some").mkdir()
    assert_refused(run("import", folder / "some", store=folder / "store"), "no model file")
    (folder / "some/notes.json").write_text("{}")
    (folder / "some/FIFO.safetensors").mkdir()
    os.mkfifo(folder / "some/model.npy")
    assert_refused(run("import", folder / "some", store=folder / "store"), "no model file")
    np.save(folder / "some/a.npy", np.zeros(3))
    run("import", folder / "some", store=folder / "store").ok()
    np.save(folder / "some/b.npy", np.zeros(3))
    assert_refused(run("import", folder / "some", store=folder / "store"), "a.npy", "b.npy")
    assert len(run("list", "--json", store=folder / "store").ok().json) == 1


@pytest.fixture
def large(folder):
    """Two shards that take a second to import."""
    place = folder / "large"
    place.mkdir()
    for name in "ab":
        save_file({name: np.full(50_000_000, ord(name), np.float32)}, place / f"{name}.safetensors")
    past = time.time() - 1000
    for path in place.iterdir():
        os.utime(path, (past, past))
    return place


@pytest.mark.parametrize("how", ["replaced", "written to"])
def test_a_shard_that_changes_during_the_import_is_the_old_one_or_none(program, run, large, folder, how):
    save_file({"b": np.zeros(50_000_000, np.float32)}, folder / "other")
    store = folder / "store"
    with program.popen("import", large, store=store) as process:
        wait_until(lambda: any(path.stat().st_size > 1 << 20 for path in (store / "wal").glob("*.npy")), "it is importing")
        process.send_signal(19)  # SIGSTOP
        if how == "replaced":
            os.replace(folder / "other", large / "b.safetensors")
        else:
            with open(large / "b.safetensors", "r+b") as file:
                file.seek(-4, os.SEEK_END)
                file.write(bytes(4))
        process.send_signal(18)  # SIGCONT
        out, err = process.communicate(timeout=120)
    if how == "replaced":
        assert process.returncode == 0, err
        assert tensor_bytes(store, 0)("b") == np.full(50_000_000, ord("b"), np.float32).tobytes()
        assert "has changed" in run("rebuild", 0, store=store).ok().out
    else:
        assert process.returncode == 2 and "b.safetensors: was changed while" in err and out == ""
        assert nothing_was_kept(store)
