"""`stats` against numpy: counts value for value, moments to rounding."""

import json
import math
import sqlite3
import struct

import ml_dtypes
import numpy as np
import pytest

import foreign_store
from program import assert_usage
from test_npy import DTYPES, sample

MOMENTS = {"count", "finite", "nan", "pos_inf", "neg_inf", "zeros", "min", "max", "mean", "std"}
QUANTILES = {"quantiles", "quantiles_exact", "of"}
KEYS = MOMENTS | QUANTILES | {"histogram"}
PROBABILITIES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]


def as_float64(array):
    """The values as float64; bfloat16 arrives as numpy's V2. Of complex numbers it is the magnitude."""
    if np.iscomplexobj(array):
        return np.array([math.hypot(value.real, value.imag) for value in array.ravel().tolist()]).reshape(array.shape)
    if array.dtype == np.dtype("V2"):
        with np.errstate(invalid="ignore"):  # a signalling NaN becomes a quiet one
            return (array.view(np.uint16).astype(np.uint32) << 16).view(np.float32).astype(np.float64)
    return array.astype(np.float64)


def imported(run, folder, array):
    np.save(folder / "in.npy", array)
    run("import", folder / "in.npy", "--slot", 0, store=folder / "store").ok()
    return folder / "store"


def assert_quantiles(found, finite):
    """Exactly numpy's, bit for bit."""
    if not finite.size:
        assert found["quantiles"] is None and found["quantiles_exact"] is None
        return
    wanted = np.quantile(finite, PROBABILITIES)
    assert found["quantiles"] == {str(one): value for one, value in zip(PROBABILITIES, wanted)}
    assert found["quantiles_exact"] is True


def assert_moments(found, values):
    finite = values[np.isfinite(values)]
    assert set(found) >= KEYS - {"histogram"}
    assert_quantiles(found, finite)
    assert found["count"] == values.size
    assert found["finite"] == finite.size
    assert found["nan"] == np.isnan(values).sum()
    assert found["pos_inf"] == np.isposinf(values).sum()
    assert found["neg_inf"] == np.isneginf(values).sum()
    assert found["zeros"] == (values == 0).sum()
    if not finite.size:
        assert found["min"] is found["max"] is found["mean"] is found["std"] is None
        return
    assert (found["min"], found["max"]) == (finite.min(), finite.max())
    with np.errstate(over="ignore"):
        scale = np.abs(finite).max()
        mean, std = (finite / (scale or 1)).mean() * scale, (finite / (scale or 1)).std() * scale
    assert found["mean"] == pytest.approx(mean, rel=1e-11, abs=1e-14 * scale)
    assert found["std"] == pytest.approx(std, rel=1e-11, abs=1e-14 * scale)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("bins", [1, 7, 64, 1000])
def test_counts_equal_numpys_value_for_value(run, folder, dtype, bins):
    array = sample(dtype, (30_011,))
    values = as_float64(array)
    finite = values[np.isfinite(values)]
    store = imported(run, folder, array)
    # float64's extremes make a range that no float64 can hold: the middle of the values has one.
    low, high = np.quantile(finite, [0.1, 0.9]) if dtype != "bool" else (0.0, 1.0)
    found = run("stats", 0, "--bins", bins, "--range", repr(float(low)), repr(float(high)), "--json", store=store).ok().json
    assert_moments(found, values)
    counts, edges = np.histogram(finite, bins=bins, range=(low, high))
    assert found["histogram"]["edges"] == edges.tolist()
    assert found["histogram"]["counts"] == counts.tolist()


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "int8", "uint8", "bool"])
def test_the_default_range_is_from_the_least_to_the_greatest_value(run, folder, dtype):
    array = sample(dtype, (4_000,))
    values = as_float64(array)
    finite = values[np.isfinite(values)]
    found = run("stats", 0, "--bins", 32, "--json", store=imported(run, folder, array)).ok().json
    counts, edges = np.histogram(finite, bins=32, range=(finite.min(), finite.max()))
    assert found["histogram"]["edges"] == edges.tolist()
    assert found["histogram"]["counts"] == counts.tolist()
    assert sum(found["histogram"]["counts"]) == found["finite"]


def test_values_on_the_edges_fall_where_numpy_puts_them(run, folder):
    edges = np.linspace(-0.3, 0.7, 11)
    array = np.concatenate([edges, np.nextafter(edges, -1), np.nextafter(edges, 1)])
    found = run("stats", 0, "--bins", 10, "--range", -0.3, 0.7, "--json", store=imported(run, folder, array)).ok().json
    assert found["histogram"]["counts"] == np.histogram(array, bins=10, range=(-0.3, 0.7))[0].tolist()


@pytest.mark.parametrize("array", [
    np.full(9, 0.25), np.zeros(5, np.float32), np.array([3.5]), np.array(7, np.int16), np.full(3, -0.0, np.float16)],
    ids=["constant", "zeros", "one", "scalar", "negative-zero"])
def test_a_single_value_has_a_histogram_as_numpys(run, folder, array):
    found = run("stats", 0, "--bins", 8, "--json", store=imported(run, folder, array)).ok().json
    assert_moments(found, np.ravel(array).astype(np.float64))
    counts, edges = np.histogram(np.ravel(array).astype(np.float64), bins=8)
    assert found["histogram"] == {**found["histogram"], "edges": edges.tolist(), "counts": counts.tolist()}


@pytest.mark.parametrize("array", [np.zeros(0), np.full(4, np.nan), np.array([np.inf, -np.inf, np.nan], np.float32)],
                         ids=["empty", "nan", "infinite"])
def test_where_nothing_is_finite_there_is_no_histogram_and_no_mean(run, folder, array):
    result = run("stats", 0, "--json", store=imported(run, folder, array)).ok()
    assert_moments(result.json, array.astype(np.float64))
    assert result.json["histogram"] is None


def test_a_large_tensor_counts_every_value(run, folder):
    array = np.random.default_rng(1).standard_normal(9_000_001).astype(np.float32)
    array[::1000] = np.nan
    values = array.astype(np.float64)
    finite = values[np.isfinite(values)]
    found = run("stats", 0, "--bins", 64, "--json", store=imported(run, folder, array)).ok().json
    assert_moments(found, values)
    assert found["histogram"]["counts"] == np.histogram(finite, bins=64)[0].tolist()


def test_statistics_of_one_tensor_of_many(run, store):
    weights = foreign_store.cnn_weights(5)
    found = run("stats", 5, "--tensor", "layer.0.weight", "--json", store=store).ok().json
    assert_moments(found, weights[:576])
    assert_moments(run("stats", 5, "--json", store=store).ok().json, weights)
    missing = run("stats", 5, "--tensor", "layer.99.weight", "--json", store=store)
    assert missing.code == 1 and missing.out == "" and "layer.99.weight" in missing.err


def test_the_text_form_says_the_same(run, store):
    found = run("stats", 0, "--json", store=store).json
    text = run("stats", 0, store=store).ok().out
    for word in ("mean", "std", "min", "max", "NaN", "zeros"):
        assert word.lower() in text.lower()
    assert str(found["count"]) in text.replace(",", "")


def safetensors(path, tensors):
    """A file of (name, dtype, shape, bytes), laid out by hand."""
    header, offset = {}, 0
    for name, dtype, shape, data in tensors:
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(data for *_, data in tensors))


@pytest.fixture
def many(run, folder):
    """A store whose slot 0 has tensors of several dtypes, and their values by name."""
    rng = np.random.default_rng(3)
    arrays = {
        "large": rng.standard_normal(500_000).astype(np.float32),
        "spread": (rng.standard_normal(300_000) * 1e-3 + 7).astype(np.float64),
        "half": rng.standard_normal(70_000).astype(np.float16),
        "few": rng.standard_normal(100).astype(ml_dtypes.bfloat16),
        "bytes": rng.integers(-128, 128, 5000).astype(np.int8),
        "long": rng.integers(-2**62, 2**62, 1000),
        "nothing": np.array([np.nan, np.inf, -np.inf], np.float32),
    }
    names = {"float32": "F32", "float64": "F64", "float16": "F16", "bfloat16": "BF16", "int8": "I8", "int64": "I64"}
    order = sorted(arrays, key=lambda name: -arrays[name].itemsize)
    safetensors(folder / "many.safetensors",
                [(name, names[str(arrays[name].dtype)], [arrays[name].size], arrays[name].tobytes()) for name in order])
    run("import", folder / "many.safetensors", "--slot", 0, store=folder / "store").ok()
    return folder / "store", {name: arrays[name].astype(np.float64) for name in arrays}


def test_the_table_of_all_tensors_is_that_of_each(run, many):
    store, values = many
    found = run("stats", 0, "--tensors", "--json", store=store).ok().json
    assert {one["name"] for one in found} == set(values)
    for one in found:
        assert_moments(one, values[one["name"]])
        single = run("stats", 0, "--tensor", one["name"], "--json", store=store).ok().json
        assert {key: single[key] for key in MOMENTS | QUANTILES} == {key: one[key] for key in MOMENTS | QUANTILES}
        if single["histogram"]:
            finite = values[one["name"]][np.isfinite(values[one["name"]])]
            assert single["histogram"]["counts"] == np.histogram(finite, bins=64)[0].tolist()
    table = run("stats", 0, "--tensors", store=store).ok().out.splitlines()
    assert len(table) == 1 + len(values)
    for word in ("tensor", "dtype", "shape", "mean", "std", "median"):
        assert word in table[0]


def test_what_was_found_is_kept_with_the_checksum(run, many):
    store, values = many
    first = run("stats", 0, "--tensors", "--json", store=store).ok().out
    index = sqlite3.connect(store / "index.db")
    checksum, text = index.execute("SELECT checksum, summary_json FROM contexts").fetchone()
    kept = json.loads(text)
    assert kept["checksum"] == checksum
    assert len(kept["tensors"]) == len(values)
    index.close()
    # The weights' bytes are not asked again: all but the header may go bad.
    path = next((store / "revisions").iterdir())
    size = path.stat().st_size
    path.chmod(0o644)
    with open(path, "r+b") as file:
        file.seek(size - 1000)
        file.write(b"\xff" * 1000)
    assert run("stats", 0, "--tensors", "--json", store=store).ok().out == first


def test_all_dtypes_together_have_the_quantiles_of_all_values(run, many):
    store, values = many
    found = run("stats", 0, "--json", store=store).ok().json
    every = np.concatenate(list(values.values()))
    assert_quantiles(found, every[np.isfinite(every)])
    assert found["count"] == every.size
    assert found["of"] == "value"


def test_a_large_array_has_exact_quantiles(run, folder):
    for array in (np.random.default_rng(5).standard_normal(9_000_001).astype(np.float32) * 3,
                  np.random.default_rng(6).standard_normal(2_000_003)):
        found = run("stats", 0, "--json", store=imported(run, folder, array)).ok().json
        assert_quantiles(found, array.astype(np.float64))


def test_the_table_takes_no_options_of_a_histogram(run, store):
    assert_usage(run("stats", 5, "--tensors", "--bins", 3, store=store), "--tensors")
    assert_usage(run("stats", 5, "--tensors", "--tensor", "x", store=store), "--tensors")


@pytest.mark.parametrize("value", [
    b"\xff\xfe\0\x80", 7, "", "{", "[" * 100_000, '{"checksum": "CHECKSUM", "tensors": "float32 AAAA"}', "x" * 1_000_000,
    '{"checksum": "CHECKSUM", "tensors": [1, 2, 3, 4, 5, 6, 7]}', '{"checksum": "0", "tensors": []}'],
    ids=["blob", "integer", "empty", "cut", "deep", "text", "megabyte", "numbers", "other"])
def test_kept_statistics_that_are_damaged_are_made_again(run, many, value):
    store, values = many
    first = run("stats", 0, "--tensors", "--json", store=store).ok().out
    index = sqlite3.connect(store / "index.db")
    whole = index.execute("SELECT checksum, summary_json FROM contexts").fetchone()
    if isinstance(value, str):
        value = value.replace("CHECKSUM", whole[0])
    index.execute("UPDATE contexts SET summary_json = ?", (value,))
    index.commit()
    assert run("stats", 0, "--tensors", "--json", store=store).ok().out == first
    assert index.execute("SELECT checksum, summary_json FROM contexts").fetchone() == whole


def test_where_nothing_may_be_written_nothing_is_kept_and_nothing_said(run, many):
    store, values = many
    for path in [store, *store.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o555 if path.is_dir() else 0o444)
    done = run("stats", 0, "--tensors", "--json", store=store, as_nobody=True).ok()
    assert len(done.json) == len(values) and done.err == ""
