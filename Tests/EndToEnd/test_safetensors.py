"""safetensors files, against the official library; and a real transformer."""

import hashlib
import json
import math
import sqlite3
import struct

import ml_dtypes
import numpy as np
import pytest
from safetensors import SafetensorError, deserialize, safe_open
from safetensors.numpy import save_file

import foreign_store
import format_page
from program import assert_refused
from test_npy import nothing_was_kept, sample

NAMES = {"F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16", "I64": "int64", "I32": "int32",
         "I16": "int16", "I8": "int8", "U64": "uint64", "U32": "uint32", "U16": "uint16", "U8": "uint8", "BOOL": "bool",
         "C64": "complex64", "F8_E4M3": "float8_e4m3fn", "F8_E5M2": "float8_e5m2", "F8_E8M0": "float8_e8m0fnu",
         "F8_E4M3FNUZ": "float8_e4m3fnuz", "F8_E5M2FNUZ": "float8_e5m2fnuz"}
PACKED = {"F6_E2M3": ("float6_e2m3fn", 6), "F6_E3M2": ("float6_e3m2fn", 6), "F4": ("float4_e2m1fn", 4)}


def tensors_of(run, store, slot):
    return {tensor["name"]: tensor for tensor in run("show", slot, "--json", store=store).ok().json["tensors"]}


def written(path, header, data=b""):
    """A file with this header, be it right or wrong."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    return path


# ---------------------------------------------------------------------- the real transformer

def test_minilm_has_the_names_dtypes_shapes_and_bytes_that_the_library_reads(run, minilm_template, minilm_file):
    shown = tensors_of(run, minilm_template, 9)
    with safe_open(minilm_file, "numpy") as file:
        assert len(file.keys()) == 104
        assert set(shown) == set(file.keys())
        data = tensor_bytes(minilm_template, 9)
        for name in file.keys():
            array = file.get_tensor(name)
            assert shown[name]["dtype"] == str(array.dtype), name
            assert shown[name]["shape"] == list(array.shape), name
            assert shown[name]["size"] == array.nbytes, name
            assert hashlib.md5(data(name)).hexdigest() == foreign_store.md5(array), name


def test_minilm_statistics_are_numpys(run, minilm_template, minilm_file):
    with safe_open(minilm_file, "numpy") as file:
        for name in file.keys():
            values = file.get_tensor(name).astype(np.float64)
            found = run("stats", 9, "--tensor", name, "--json", store=minilm_template).ok().json
            assert found["count"] == values.size and found["nan"] == found["pos_inf"] == found["neg_inf"] == 0, name
            assert found["zeros"] == np.count_nonzero(values == 0), name
            assert (found["min"], found["max"]) == (values.min(), values.max()), name
            scale = np.abs(values).max() or 1
            assert found["mean"] == pytest.approx(values.mean(), rel=1e-12, abs=1e-14 * scale), name
            assert found["std"] == pytest.approx(values.std(), rel=1e-12, abs=1e-14 * scale), name


def test_minilm_row_is_whole(run, minilm_template, minilm_file):
    shown = run("show", 9, "--json", store=minilm_template).ok().json
    with safe_open(minilm_file, "numpy") as file:
        count = sum(file.get_tensor(name).size for name in file.keys())
    assert (shown["name"], shown["model_type"], shown["parameters"]) == ("MiniLM-L6-v2", "LLM", count)
    assert shown["weight_dtype"] == "uint8", "F32 and I64 together lie as bytes"
    assert "float32 + int64" in run("show", 9, store=minilm_template).ok().out
    assert "mixed" in run("list", store=minilm_template).ok().out
    assert "1 of 104 tensors is int64" in run("stats", 9, store=minilm_template).ok().out
    assert foreign_store.check(minilm_template) == []
    assert run("verify", 9, "--json", store=minilm_template).ok().json[0]["ok"] is True


def test_minilm_tensors_are_aligned_in_file_order_and_the_gaps_are_zero(minilm_template):
    table = tensor_table(minilm_template, 9)
    data = np.ravel(foreign_store.read_slot(minilm_template, 9).weights).view(np.uint8)
    end = 0
    for entry in table:
        assert entry["offset"] % 64 == 0 and 0 <= entry["offset"] - end < 64
        assert not data[end:entry["offset"]].any()
        end = entry["offset"] + entry["size"]
    assert end == data.size


def test_minilm_is_read_by_the_examples_of_the_format_page(minilm_template, minilm_file):
    tensors = format_page.load().tensors(minilm_template, 9)
    with safe_open(minilm_file, "numpy") as file:
        for name in file.keys():
            assert np.array_equal(tensors[name], file.get_tensor(name)), name


def tensor_table(store, slot):
    index = sqlite3.connect(f"file:{store}/index.db?mode=ro", uri=True)
    text, = index.execute("SELECT tensors_json FROM contexts WHERE slot_id = ?", (slot,)).fetchone()
    index.close()
    return json.loads(text)["tensors"]


def tensor_bytes(store, slot):
    """A function from a tensor's name to its bytes, by the tensor table."""
    places = {entry["name"]: entry for entry in tensor_table(store, slot)}
    data = np.ravel(foreign_store.read_slot(store, slot).weights).view(np.uint8)
    return lambda name: data[places[name]["offset"]:places[name]["offset"] + places[name]["size"]].tobytes()


# ---------------------------------------------------------------------- every dtype, by hand and by the library

def any_bits(dtype, shape):
    """Values of a dtype that numpy itself may lack, of whatever bits."""
    if not dtype.startswith(("float8", "complex")):
        return sample(dtype, shape)
    dtype = np.dtype(getattr(ml_dtypes, dtype, dtype))
    generator = np.random.default_rng(math.prod(shape))
    bits = generator.integers(0, 256, math.prod(shape) * dtype.itemsize, dtype=np.uint8)
    return bits.view(dtype).reshape(shape)


@pytest.mark.parametrize("code", NAMES)
def test_every_dtype(run, folder, code):
    arrays = {f"tensor.{i}": any_bits(NAMES[code], shape) for i, shape in enumerate([(3, 5), (), (0, 4), (17,)])}
    header, data = {}, b""
    for name, array in arrays.items():
        header[name] = {"dtype": code, "shape": list(array.shape), "data_offsets": [len(data), len(data) + array.nbytes]}
        data += array.tobytes()
    written(folder / "in.safetensors", header, data)
    library = dict(deserialize((folder / "in.safetensors").read_bytes()))
    assert {name: (t["dtype"], t["shape"], bytes(t["data"])) for name, t in library.items()} == {
        name: (code, list(array.shape), array.tobytes()) for name, array in arrays.items()}
    run("import", folder / "in.safetensors", "--slot", 0, store=folder / "store").ok()
    shown = tensors_of(run, folder / "store", 0)
    read = tensor_bytes(folder / "store", 0)
    assert {name: (t["dtype"], t["shape"]) for name, t in shown.items()} == {
        name: (NAMES[code], list(array.shape)) for name, array in arrays.items()}
    assert all(read(name) == array.tobytes() for name, array in arrays.items())


@pytest.mark.parametrize("code", PACKED)
@pytest.mark.parametrize("shape", [(2,), (3,), (4,), (8,), (2, 2), (3, 3), (3, 8), (0,), (5, 0), ()])
def test_packed_dtypes_are_taken_and_refused_as_the_library_does(run, folder, code, shape):
    name, bits = PACKED[code]
    data = bytes(i * 37 % 256 for i in range(-(-math.prod(shape) * bits // 8)))
    path = written(folder / "in.safetensors",
                   {"w": {"dtype": code, "shape": shape, "data_offsets": [0, len(data)]}}, data)
    try:
        deserialize(path.read_bytes())
    except SafetensorError:
        assert_refused(run("import", path, store=folder / "store"), "whole number of bytes")
        assert nothing_was_kept(folder / "store")
        return
    run("import", path, "--slot", 0, store=folder / "store").ok()
    shown = tensors_of(run, folder / "store", 0)["w"]
    assert (shown["dtype"], shown["shape"], shown["size"]) == (name, list(shape), len(data))
    assert tensor_bytes(folder / "store", 0)("w") == data


def test_one_dtype_lies_flat_without_gaps(run, folder):
    arrays = {name: sample("float32", shape) for name, shape in (("b", (3,)), ("a", (5, 7)), ("c", (2, 2)))}
    save_file(arrays, folder / "in.safetensors")
    run("import", folder / "in.safetensors", "--slot", 0, store=folder / "store").ok()
    weights = foreign_store.read_slot(folder / "store", 0).weights
    assert weights.dtype == np.float32 and weights.shape == (42,)


def test_metadata_of_the_file_is_kept(run, folder):
    save_file({"w": np.zeros(3, np.float32)}, folder / "in.safetensors", metadata={"format": "np", "author": "Ä 数"})
    run("import", folder / "in.safetensors", "--slot", 0, store=folder / "store").ok()
    metadata = run("show", 0, "--json", store=folder / "store").ok().json["metadata"]
    assert metadata["author"] == "Ä 数" and metadata["format"] == "np"


def test_a_node_given_a_file_builds_from_it_and_says_when_it_changed(run, folder):
    path, store = folder / "model.safetensors", folder / "store"
    save_file({"w": np.arange(3, dtype=np.float32)}, path)
    run("build", "llm", 4, "--from", path, store=store).ok()
    shown = run("show", 4, "--json", store=store).ok().json
    assert (shown["model_type"], shown["config"]) == ("LLM", foreign_store.LLM_CONFIG)
    assert shown["metadata"]["model_path"] == str(path)
    again = run("rebuild", 4, store=store).ok()
    assert "source file is as before" in again.out
    save_file({"w": np.arange(4, dtype=np.float32)}, path)
    changed = run("rebuild", 4, store=store).ok()
    assert "source file has changed" in changed.out
    assert run("show", 4, "--json", store=store).ok().json["parameters"] == 4
    path.unlink()
    assert_refused(run("rebuild", 4, store=store), "model.safetensors")
    assert run("verify", 4, store=store).ok()


# ---------------------------------------------------------------------- files that lie

def lying():
    """Headers that are no JSON, or that do not describe the data that follows. The data is eight bytes."""
    one = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
    return {
        "hole-at-the-start": {"a": {**one, "shape": [1], "data_offsets": [4, 8]}},
        "hole-at-the-end": {"a": {**one, "shape": [1], "data_offsets": [0, 4]}},
        "overlap": {"a": one, "b": {**one, "shape": [1], "data_offsets": [4, 8]}},
        "beyond-the-end": {"a": {**one, "shape": [4], "data_offsets": [0, 16]}},
        "backwards": {"a": {**one, "data_offsets": [8, 0]}},
        "negative": {"a": {**one, "data_offsets": [-8, 0]}},
        "shape-unlike-size": {"a": {**one, "shape": [3]}},
        "shape-overflows": {"a": {**one, "shape": [2**62, 2**62]}},
        "shape-beyond-64-bits": {"a": {**one, "shape": [2**70]}},
        "negative-extent": {"a": {**one, "shape": [-2]}},
        "shape-is-fractional": {"a": {**one, "shape": [2.5]}},
        "unknown-dtype": {"a": {**one, "dtype": "F7"}},
        "no-dtype": {"a": {"shape": [2], "data_offsets": [0, 8]}},
        "no-shape": {"a": {"dtype": "F32", "data_offsets": [0, 8]}},
        "no-offsets": {"a": {"dtype": "F32", "shape": [2]}},
        "one-offset": {"a": {**one, "data_offsets": [0]}},
        "a-list": [one],
        "a-tensor-is-a-number": {"a": 7},
        "metadata-of-numbers": {"__metadata__": {"x": 1}, "a": one},
        "duplicate-names": b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},'
                           b'"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}',
        "no-json": b"{",
        "trailing": json.dumps({"a": one}).encode() + b"}",
        "empty-header": b"",
        "no-utf8": b'{"\xff":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}',
        "lone-surrogate": b'{"\\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}',
        "deep": b"[" * 100_000,
    }


@pytest.mark.parametrize("kind", lying())
def test_a_header_that_lies_is_refused(run, folder, kind):
    written(folder / "bad.safetensors", lying()[kind], bytes(8))
    assert_refused(run("import", folder / "bad.safetensors", store=folder / "store", timeout=20), "bad.safetensors")
    assert nothing_was_kept(folder / "store")


@pytest.mark.parametrize("data", [b"", b"\0" * 7, struct.pack("<Q", 2**63), struct.pack("<Q", 2**64 - 1) + b"{}",
                                  struct.pack("<Q", 200_000_000) + b"{}", struct.pack("<Q", 3) + b"{}"])
def test_a_header_length_that_lies_is_refused(run, folder, data):
    (folder / "bad.safetensors").write_bytes(data)
    assert_refused(run("import", folder / "bad.safetensors", store=folder / "store", timeout=20), "bad.safetensors")
    assert nothing_was_kept(folder / "store")
