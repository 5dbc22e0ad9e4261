"""`stats` against numpy: counts value for value, moments to rounding."""

import numpy as np
import pytest

import foreign_store
from test_npy import DTYPES, sample

KEYS = {"count", "finite", "nan", "pos_inf", "neg_inf", "zeros", "min", "max", "mean", "std", "histogram"}


def as_float64(array):
    """The values as float64; bfloat16 arrives as numpy's V2."""
    if array.dtype == np.dtype("V2"):
        with np.errstate(invalid="ignore"):  # a signalling NaN becomes a quiet one
            return (array.view(np.uint16).astype(np.uint32) << 16).view(np.float32).astype(np.float64)
    return array.astype(np.float64)


def imported(run, folder, array):
    np.save(folder / "in.npy", array)
    run("import", folder / "in.npy", "--slot", 0, store=folder / "store").ok()
    return folder / "store"


def assert_moments(found, values):
    finite = values[np.isfinite(values)]
    assert set(found) >= KEYS
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
