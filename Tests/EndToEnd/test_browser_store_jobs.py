"""What is done to a store with many revisions and slots: how far it is, cancelled half way, and what is damaged."""

import json
import os
import re
import shutil
import signal
import sqlite3
import time

import numpy as np
import pytest

import foreign_store
from browsing import opened, press, quit_and_check
from program import wait_until
from test_browser_jobs import carry_out

REVISIONS = 4_000


def keep_many(store, slot, count):
    """Gives a slot so many earlier revisions, each with a file of its own name, as as many saves would have."""
    index = sqlite3.connect(store / "index.db")
    names = [column[1] for column in index.execute("PRAGMA table_info(history)")]
    kept = dict(zip(names, index.execute(f"SELECT {', '.join(names)} FROM history WHERE slot_id = ?", (slot,)).fetchone()))
    rows = []
    for number in range(count):
        path = f"revisions/{slot:08d}.r{1000 + number}.{number:08x}.npy"
        os.link(store / kept["weight_file"], store / path)
        rows.append(tuple({**kept, "revision": 1000 + number, "weight_file": path}.values()))
    index.executemany(f"INSERT INTO history ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", rows)
    index.execute("UPDATE counters SET last_revision = ? WHERE slot_id = ?", (1000 + count, slot))
    index.commit()
    index.close()


def earlier(store):
    """How many earlier revisions the index has, and how many files there are of them."""
    index = sqlite3.connect(store / "index.db")
    rows = index.execute("SELECT count(*) FROM history WHERE revision >= 1000").fetchone()[0]
    index.close()
    return rows, len(list((store / "revisions").glob("*.r????*.????????.npy")))


def crowd(store):
    """Puts 60,000 files into a store that no slot has: however fast the machine is, a check is seen at work, and can be
    stopped. Returns them."""
    files = [foreign_store.slot_file(store, slot) for slot in range(1_000_000, 1_060_000)]
    np.save(files[0], np.zeros(3))
    for file in files[1:]:
        os.link(files[0], file)
    return files


def remember_many(store, slot, count):
    """Gives a slot so many earlier revisions in the index, whose files are gone: however fast the machine is, a look
    at them is seen at work, and can be stopped."""
    index = sqlite3.connect(store / "index.db")
    names = ", ".join(column[1] for column in index.execute("PRAGMA table_info(history)") if column[1] != "revision")
    index.execute(
        "WITH RECURSIVE numbers(n) AS (SELECT 1000 UNION ALL SELECT n + 1 FROM numbers WHERE n < 999 + ?) "
        f"INSERT INTO history (revision, {names}) SELECT n, {names} FROM numbers, history WHERE slot_id = ?",
        (count, slot))
    index.execute("UPDATE counters SET last_revision = ? WHERE slot_id = ?", (1000 + count, slot))
    index.commit()
    index.close()


@pytest.fixture
def large(store):
    keep_many(store, 1, REVISIONS)
    return store


@pytest.mark.parametrize("width, height", [(140, 40), (60, 15)])
def test_a_gc_is_cancelled_half_way(terminal, run, large, width, height):
    one = opened(terminal, large, width=width, height=height)
    carry_out(one, "gc").wait(re.compile(r"Drop 4,000 earlier revisions"))
    press(one, "y", re.compile(r"\bgc\b.* \d+ %"))
    press(one, "c", re.compile(r"gc: cancelled; dropped [\d,]+ earlier revisions?"))
    rows, files = earlier(large)
    assert 0 < rows < REVISIONS and rows == files, "what is dropped is dropped whole"
    # It is done again from the pane, and then to the end.
    press(one, "BTab", lambda screen: "r again" in screen)
    one.keys("r").wait(re.compile(rf"gc: dropped {rows:,} earlier revisions?"), deadline=90)
    assert earlier(large) == (0, 0)
    one.keys("Escape")
    quit_and_check(one)
    run("check", store=large).ok()


@pytest.mark.parametrize("width, height", [(80, 24), (40, 10)])
def test_the_look_before_a_gc_is_cancelled_half_way_and_asks_nothing(terminal, store, width, height):
    remember_many(store, 1, 600_000)
    one = opened(terminal, store, width=width, height=height)
    carry_out(one, "gc").wait(re.compile(r"Counting what can be dropped.*\d of [\d,]+ rows and files", re.DOTALL))
    screen = press(one, "Escape", "gc: cancelled; nothing was changed")
    assert "Counting" not in screen and "Drop" not in screen
    # Left alone, it ends with the question.
    carry_out(one, "gc").wait("Counting what can be dropped")
    one.wait("Drop 600,000 earlier revisions", deadline=120)
    press(one, "n", lambda screen: "Drop" not in screen)
    quit_and_check(one)
    assert earlier(store) == (600_000, 0)


def test_a_check_is_cancelled_half_way_and_changes_nothing(terminal, run, large):
    files = crowd(large)
    one = opened(terminal, large)
    carry_out(one, "check").wait(re.compile(r"store +check +.* \d+ %"))
    press(one, "c", re.compile(r"check: cancelled; (looked at [\d,]+ of [\d,]+ rows and files, )?nothing was changed"))
    for file in files:
        os.unlink(file)
    carry_out(one, "check").wait(re.compile(r"sound: 8 slots, 4,000 revisions in the history"), deadline=60)
    one.keys("Escape")
    quit_and_check(one)
    assert earlier(large) == (REVISIONS, REVISIONS)


def test_a_repair_is_cancelled_half_way_and_what_it_did_is_whole(terminal, run, large):
    files = crowd(large)
    one = opened(terminal, large)
    carry_out(one, "repair").wait("Nothing is deleted")
    press(one, "y", re.compile(r"store +repair +.* \d+ %"))
    # Half of the way is looking; what follows is putting right: a file without a row gets one.
    one.wait(re.compile(r"store +repair +.* [6-9]\d %"), deadline=120)
    screen = press(one, "c", re.compile(r"repair: cancelled; [\d,]+ findings? repaired before"))
    repaired = int(re.search(r"repair: cancelled; ([\d,]+)", screen.text)[1].replace(",", ""))
    index = sqlite3.connect(large / "index.db")
    rows = index.execute("SELECT count(*) FROM contexts WHERE slot_id >= 1000000").fetchone()[0]
    index.close()
    assert rows == repaired and 0 < rows < len(files) and all(file.exists() for file in files)
    one.keys("Escape")
    quit_and_check(one)
    found = json.loads(run("check", "--json", store=large).out)["findings"]
    assert {finding["kind"] for finding in found} == {"orphaned-file"} and len(found) == len(files) - rows
    assert earlier(large) == (REVISIONS, REVISIONS)


# ---------------------------------------------------------------------- the commands

def test_ctrl_c_ends_a_check_with_130(terminal, large):
    crowd(large)
    one = terminal("check", store=large)
    one.wait(re.compile(r"checking \[#*-*\] \d+ %"))
    one.signal(signal.SIGINT)
    assert one.wait_exit() == 130
    assert "stopped: nothing was changed" in one.screen()
    assert earlier(large) == (REVISIONS, REVISIONS)


def test_ctrl_c_ends_the_look_for_garbage_with_130(terminal, store):
    remember_many(store, 1, 600_000)
    one = terminal("gc", "--dry-run", store=store)
    one.wait(re.compile(r"counting \[#*-*\] \d+ %"))
    one.signal(signal.SIGINT)
    assert one.wait_exit() == 130
    assert "stopped: nothing was changed" in one.screen()


def test_ctrl_c_is_an_answer_to_the_question_after_a_look(terminal, store):
    keep_many(store, 1, 3)
    one = terminal("gc", store=store)
    one.wait("Drop them? They can't be restored. [y/N]")
    one.signal(signal.SIGINT)
    assert one.wait_exit() == 128 + signal.SIGINT
    one = terminal("delete", "--purge", "1", store=store)
    one.wait("That can't be undone. [y/N]")
    one.signal(signal.SIGINT)
    assert one.wait_exit() == 128 + signal.SIGINT
    assert earlier(store) == (3, 3)


def test_ctrl_c_ends_a_gc_between_two_batches(terminal, run, large):
    one = terminal("gc", "--yes", store=large)
    one.wait(re.compile(r"dropping \[#*-*\] \d+ %.* files/s"), deadline=60)
    one.signal(signal.SIGINT)
    assert one.wait_exit() == 130
    rows, files = earlier(large)
    assert 0 < rows < REVISIONS and rows == files
    said = re.search(r"stopped: (\d+) of 4000 dropped, .* freed; the others are as they were", one.screen().text)
    assert said and int(said[1]) == REVISIONS - rows
    run("check", store=large).ok()


# ---------------------------------------------------------------------- damage

def test_the_damaged_of_thousands_of_slots_are_counted(terminal, folder):
    store = folder / "store"
    weights = foreign_store.llm_weights(0)
    foreign_store.write_slot(store, 0, weights, {}, {"model_type": "LLM"})
    first = foreign_store.slot_file(store, 0)
    index = sqlite3.connect(store / "index.db")
    for slot in range(1, 5000):
        shutil.copy(first, foreign_store.slot_file(store, slot))
    index.executemany(
        "INSERT INTO contexts SELECT ?, created_at, updated_at, model_type, weight_file, weight_shape, weight_dtype, "
        "config_json, metadata_json, checksum, size_bytes FROM contexts WHERE slot_id = 0",
        [(slot,) for slot in range(1, 5000)])
    index.commit()
    index.close()
    foreign_store.remove_file(store, 4000)
    one = opened(terminal, store)
    one.wait(lambda screen: screen.lines[0].rstrip().endswith("· 1 damaged"))
    foreign_store.remove_file(store, 3000)
    one.wait(lambda screen: screen.lines[0].rstrip().endswith("· 2 damaged"))
    shutil.copy(first, foreign_store.slot_file(store, 4000))
    foreign_store.update_row(store, 0, model_type="CNN")
    one.wait(lambda screen: screen.lines[0].rstrip().endswith("· 1 damaged"))
    # Nobody counts while nothing changes.
    wait_until(lambda: is_idle(one), "an idle browser")
    quit_and_check(one)


def is_idle(one):
    """Whether it uses no CPU at all for a second."""
    before = one.cpu_seconds()
    time.sleep(1)
    return one.cpu_seconds() - before < 0.005
