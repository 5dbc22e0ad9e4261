"""Killed writers, and readers under fire: nothing acknowledged is lost, nothing is torn, nothing is left lying about.

The long run of the same is `make crash-test`.
"""

import os
import signal
import sqlite3
import subprocess
from pathlib import Path

import pytest

import crash
import foreign_store
from program import staged_files, wait_until
from tracing import ended, injected

RANDOM_KILLS = 15


@pytest.fixture(scope="module")
def torture():
    """The program that is killed: beside the one under test."""
    built = Path(os.environ.get("SLOTSCOPE_PROGRAM", Path(__file__).resolve().parents[2] / ".build/release/slotscope"))
    path = built.with_name("slotscope-torture")
    assert path.exists(), f"{path} is not there: `make test` builds it"
    return crash.Torture(path)


# ---------------------------------------------------------------------- kills

def test_a_store_survives_kills_at_every_named_point_and_at_any_moment(torture, run, folder):
    campaign = crash.Campaign(torture, folder / "store")
    assert campaign.kill_at_every_named_point() == set(), "points where nothing was killed"
    for _ in range(RANDOM_KILLS):
        campaign.kill_at_random_moment()
    assert campaign.tally.faults == []
    assert campaign.tally.kills > 50 and campaign.ledger.acknowledged > 50
    run("verify", store=folder / "store").ok()


def test_the_checks_of_a_campaign_see_what_is_wrong(torture, folder):
    campaign = crash.Campaign(torture, folder / "store")
    store = campaign.store
    campaign.ledger.read(torture.write(store, "--do", "save:0:1", "--do", "save:0:2", "--do", "save:1:3").lines)
    campaign.check("two saves")
    assert campaign.tally.faults == []

    foreign_store.flip_bit(store, 0)
    campaign.check("a flipped bit")
    foreign_store.flip_bit(store, 0)
    assert len(campaign.tally.torn) == 1 and "00000000.r2" in campaign.tally.torn[0]

    torture.write(store, "--do", "save:1:4")
    campaign.check("a save that was not told")
    assert len(campaign.tally.lost) == 1 and "slot 1 holds" in campaign.tally.lost[0]

    (store / "wal" / "old.npy").touch()
    foreign_store.slot_file(store, 0).unlink()
    left = crash.untidy(store, crash.look(store))
    assert len(left) == 2 and "wal/old.npy" in left[0] and "slots/00000000.npy" in left[1]


@pytest.mark.parametrize("number", [1, 2, 3, 4, 6, 10, 20, 40])
def test_a_store_whose_maker_was_killed_is_made_by_the_next(program, run, folder, number):
    store = folder / "store"
    calls = "pwrite64,fdatasync,fsync,ftruncate,unlink"
    made = ended(injected(program, "build", "llm", 3, store=store, inject=f"{calls}:signal=KILL:when={number}"))
    assert made.code == -signal.SIGKILL, made
    run("build", "llm", 3, store=store).ok()
    assert foreign_store.check(store) == []
    assert staged_files(store) == []


# ---------------------------------------------------------------------- several at the same moment

def test_programs_that_make_the_same_store_at_once_all_can(program, folder):
    store = folder / "store"
    processes = [program.popen("build", "llm", slot, store=store) for slot in range(4)]
    ended = [(process.communicate(timeout=60)[1], process.returncode) for process in processes]
    assert ended == [("", 0)] * 4
    assert sorted(foreign_store.rows(store)) == [0, 1, 2, 3]


def test_a_file_that_is_just_being_staged_is_not_swept_away(program, run, store):
    # The one locks late what it has made, the other is slow to remove what it swept: one of them must notice.
    writer = injected(program, "build", "llm", 3, "--seed", 8, store=store, inject="flock:delay_enter=600000:when=2")
    wait_until(lambda: staged_files(store), "a staged file")
    ended(injected(program, "build", "llm", 4, "--seed", 8, store=store,
                   inject="unlink:delay_enter=1500000:when=1")).ok()
    ended(writer).ok()
    assert [run("show", slot, "--json", store=store).json["revision"] for slot in (3, 4)] == [2, 2]
    assert staged_files(store) == []


@pytest.mark.parametrize("writers", [1, 2])
def test_readers_under_fire_see_only_what_was_saved(torture, folder, writers):
    found = crash.fire(torture, folder / "store", writers, readers=8, seconds=5)
    assert (found.mismatches, found.errors, found.faults) == (0, 0, [])
    assert found.loads > 100 and found.changes["save"] > 10
    assert found.largest_wal < crash.LARGEST_WAL, "the log of the index is bounded"


def test_a_reader_that_goes_on_reading_holds_up_no_save(torture, folder):
    store = folder / "store"
    torture.write(store, "--count", 20)
    index = sqlite3.connect(f"{(store / 'index.db').as_uri()}?mode=ro", uri=True, isolation_level=None)
    index.execute("BEGIN")
    index.execute("SELECT count(*) FROM contexts").fetchone()
    writer = torture.start("write", store, "--count", 150, "--stamp", 1000, stdout=subprocess.DEVNULL)
    try:
        assert writer.wait(timeout=25) == 0, "saves wait for a reader"
    finally:
        writer.kill()
        writer.wait()
        index.close()
