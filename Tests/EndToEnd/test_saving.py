"""Saving while others read, write, are killed: nothing torn, nothing lost."""

import multiprocessing
import random
import signal

import numpy as np
import pytest

import foreign_store
import format_page
from program import staged_files, wait_until


def big_staged_file(store):
    """The name of a staged file that has weights in it already."""
    for name in staged_files(store):
        try:
            if (store / "wal" / name).stat().st_size > 1 << 20:
                return name
        except FileNotFoundError:
            pass
    return None


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_killed_build_leaves_the_old_revision(program, run, store, number):
    before = foreign_store.rows(store)
    process = program.popen("build", "llm", 3, "--preset", "gpt2", store=store)
    wait_until(lambda: big_staged_file(store), "weights being written")
    process.send_signal(number)
    process.communicate(timeout=30)
    assert process.returncode != 0
    assert foreign_store.rows(store) == before
    assert foreign_store.check(store) == []
    if number != signal.SIGKILL:
        assert staged_files(store) == [], "a build that may clean up does"
    run("build", "llm", 0, "--seed", 1, store=store).ok()
    assert staged_files(store) == [], "the next writer removes what a dead one left"
    assert len(list((store / "revisions").iterdir())) == 9


def test_a_dead_writers_lock_is_free(program, run, store):
    process = program.popen("build", "llm", 3, "--preset", "gpt2", store=store)
    wait_until(lambda: big_staged_file(store), "weights being written")
    process.kill()
    process.communicate()
    run("build", "llm", 3, "--seed", 1, store=store, timeout=20).ok()


def test_readers_do_not_wait_for_a_writer(program, run, store):
    process = program.popen("build", "llm", 3, "--preset", "gpt2", store=store)
    wait_until(lambda: big_staged_file(store), "weights being written")
    before = run("show", 3, "--json", store=store).ok().json
    assert before["name"] == "reference" and run("verify", 3, store=store).ok()
    assert process.poll() is None or before["revision"] == 1
    process.communicate(timeout=120)
    assert process.returncode == 0
    assert run("show", 3, "--json", store=store).ok().json["name"] == "gpt2"


def read_until(store, stop, results):
    """Loads and hashes slot 3 the way FORMAT.md says, as often as it can; every checksum that it saw."""
    page = format_page.load()
    seen, wrong = set(), 0
    while not stop.is_set():
        row, weights = page.load_consistent(store, 3)
        actual = foreign_store.md5(weights)
        seen.add(actual)
        wrong += actual != row["checksum"]
    results.put((seen, wrong))


def test_python_readers_never_see_a_mixture_while_two_processes_rebuild(program, run, store):
    context = multiprocessing.get_context("spawn")
    stop, results = context.Event(), context.Queue()
    readers = [context.Process(target=read_until, args=(store, stop, results)) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        saved = {foreign_store.rows(store)[3]["checksum"]}
        for seed in range(0, 20, 2):
            pair = [program.popen("rebuild", 3, "--seed", seed + i, store=store) for i in range(2)]
            for process in pair:
                _, err = process.communicate(timeout=60)
                assert process.returncode == 0, err
    finally:
        stop.set()
    found = [results.get(timeout=60) for _ in readers]
    for reader in readers:
        reader.join(timeout=60)
    for seed in range(20):
        generator = random.Random(seed)
        saved.add(foreign_store.md5(np.array([generator.uniform(-1, 1) for _ in range(250)])))
    for seen, wrong in found:
        assert wrong == 0
        assert seen <= saved
    assert run("show", 3, "--json", store=store).json["revision"] == 21, "no save was lost"
    assert len(list((store / "revisions").glob("00000003.*"))) == 2


def test_writers_of_different_slots_wait_for_each_other(program, folder):
    store = folder / "store"
    program.run("build", "llm", 0, store=store).ok()
    processes = [program.popen("build", "llm", f"{10 * i}-{10 * i + 9}", store=store) for i in range(1, 5)]
    for process in processes:
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0 and "locked" not in err, err
    rows = foreign_store.rows(store)
    assert sorted(rows) == [0, *range(10, 50)]
    for slot, row in rows.items():
        assert row["checksum"] == foreign_store.md5(foreign_store.llm_weights(slot))
    assert foreign_store.check(store) == []


def test_builds_that_race_for_the_next_free_slot_get_one_each(program, store):
    processes = [program.popen("build", "llm", store=store) for _ in range(4)]
    for process in processes:
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
    assert sorted(foreign_store.rows(store)) == list(range(12))
