"""The `reference` preset: the same numbers as CPython's generator gives, bit for bit."""

import random

import numpy as np
import pytest

import foreign_store
from program import assert_refused, contents

LLM_SLOTS = [0, 1, 2, 3, 5, 7, 10, 31, 64, 100, 255, 1000]
CNN_SLOTS = [0, 1, 2, 3, 4, 5, 8, 11, 12, 13]

# The first output of the system's Python implementation that was ever written down; nobody may change these.
KNOWN = [
    ("llm", 0, 100, "a73bcabc88e7b9fda6347e0205f2eb2e"),
    ("llm", 7, 450, "91297140075572dbaf666c4c55c1314b"),
    ("cnn", 0, 5188, "7f5cbbe824ecb539f92458f74b812332"),
    ("cnn", 3, 16711, "4a3bfec49aa7165e20528e6f1f8150f9"),
]


@pytest.mark.parametrize("node, slot, count, checksum", KNOWN)
def test_known_checksums(run, folder, node, slot, count, checksum):
    weights = {"llm": foreign_store.llm_weights, "cnn": foreign_store.cnn_weights}[node](slot)
    assert (weights.size, foreign_store.md5(weights)) == (count, checksum), "CPython itself disagrees"
    run("build", node, slot, store=folder / "store").ok()
    shown = run("show", slot, "--json", store=folder / "store").ok().json
    assert (shown["parameters"], shown["checksum"]) == (count, checksum)


def test_llm_slots_agree_with_cpython(run, folder):
    run("build", "llm", *LLM_SLOTS, "--preset", "reference", store=folder / "store").ok()
    rows = foreign_store.rows(folder / "store")
    assert {slot: row["checksum"] for slot, row in rows.items()} == {
        slot: foreign_store.md5(foreign_store.llm_weights(slot)) for slot in LLM_SLOTS}


def test_cnn_slots_agree_with_cpython(run, folder):
    run("build", "cnn", *CNN_SLOTS, store=folder / "store").ok()
    rows = foreign_store.rows(folder / "store")
    assert {slot: row["checksum"] for slot, row in rows.items()} == {
        slot: foreign_store.md5(foreign_store.cnn_weights(slot)) for slot in CNN_SLOTS}


def test_builds_at_the_same_time_do_not_disturb_each_other(run, folder):
    run("build", "llm", "0-39", store=folder / "store").ok()
    for slot, row in foreign_store.rows(folder / "store").items():
        assert row["checksum"] == foreign_store.md5(foreign_store.llm_weights(slot)), slot


@pytest.mark.parametrize("seed", [0, 1, 12345, 2**32 - 1, 2**32, 2**53 + 1, 2**63 - 1])
def test_a_seed_of_any_size_is_cpythons(run, folder, seed):
    run("build", "llm", 3, "--seed", seed, store=folder / "store").ok()
    generator = random.Random(seed)
    expected = np.array([generator.uniform(-1, 1) for _ in range(250)])
    assert foreign_store.read_slot(folder / "store", 3).weights.tobytes() == expected.tobytes()


@pytest.mark.parametrize("slot", [40, 60, 200, 10**6, 2**62])
def test_a_slot_whose_size_explodes_is_refused_before_anything_is_written(run, folder, slot):
    store = folder / "store"
    run("build", "llm", 0, store=store).ok()
    before = contents(store / "revisions")
    assert_refused(run("build", "cnn", slot, store=store, timeout=20), str(slot), "limit")
    assert contents(store / "revisions") == before
    assert list(foreign_store.rows(store)) == [0]
