"""The browser at work: building, rebuilding, verifying, deleting, and never making anyone wait."""

import json
import re
import signal

import numpy as np
import pytest

import foreign_store
from browsing import (EXACT, PROGRESS, choose, fill_in, open_form, opened, press, quit_and_check, select, sign,
                      start_gpt2)
from places import as_nobody
from program import staged_files, wait_until

# Said on the screen for as long as a checksum is being recomputed.
VERIFYING = re.compile(r"verifying|slot \d+ +verify", re.IGNORECASE)


# ---------------------------------------------------------------------- rebuilding

def test_r_rebuilds_and_says_that_nothing_changed(terminal, foreign):
    before = foreign_store.rows(foreign)[12]
    one = opened(terminal, foreign, "--slot", 12)
    screen = press(one, "r", re.compile(r"Slot 12 rebuilt"))
    assert re.search(rf"checksum +{before['checksum']} +✓ as before", screen.text), screen.text
    assert re.search(r"config +as before", screen.text), screen.text
    after = foreign_store.rows(foreign)[12]
    assert after["checksum"] == before["checksum"]
    assert json.loads(after["config_json"]) == json.loads(before["config_json"])
    assert after["updated_at"] > before["updated_at"] and after["created_at"] == before["created_at"]
    screen = press(one, "Escape", lambda screen: screen.selected == 12 and "Slot 12 rebuilt" not in screen)
    assert sign(screen, 12) == "·", "written just now, and no longer by another program"
    quit_and_check(one)
    assert foreign_store.check(foreign) == []


def test_capital_r_rebuilds_with_changes_and_shows_both_distributions(terminal, foreign):
    before = foreign_store.rows(foreign)[12]
    one = opened(terminal, foreign, "--slot", 12)
    press(one, "R", re.compile("Rebuild slot 12"))
    fill_in(one, "Seed", "5")
    fill_in(one, "Config", "temperature=0.9")
    screen = press(one, "Enter", re.compile(r"█ now   █ before   █ both"))
    after = foreign_store.rows(foreign)[12]
    assert before["checksum"] in screen and after["checksum"] in screen and "changed" in screen
    assert re.search(r"config +temperature +0\.7 → 0\.9", screen.text), screen.text
    assert screen.text.count("█") > 100
    assert json.loads(after["config_json"])["temperature"] == 0.9
    press(one, "u", lambda screen: foreign_store.rows(foreign)[12]["checksum"] == before["checksum"])
    one.wait(lambda screen: "█ before" not in screen and screen.selected == 12)
    quit_and_check(one)
    assert json.loads(foreign_store.rows(foreign)[12]["config_json"]) == json.loads(before["config_json"])
    assert foreign_store.check(foreign) == []


def test_the_old_slot_can_be_read_while_its_rebuild_runs(terminal, run, folder):
    store = folder / "store"
    run("build", "llm", 0, "--preset", "gpt2", store=store).ok()
    before = foreign_store.rows(store)[0]
    one = opened(terminal, store)
    press(one, "r", lambda screen: PROGRESS.search(screen.text))
    slot = foreign_store.read_slot(store, 0)
    assert slot.row["updated_at"] == before["updated_at"] and slot.weights.size == 124_439_808
    one.wait(lambda screen: "Slot 0 rebuilt" in screen, deadline=60)
    assert foreign_store.rows(store)[0]["updated_at"] > before["updated_at"]
    one.keys("Escape").wait(lambda screen: screen.selected == 0)
    quit_and_check(one)


def test_python_reads_the_store_after_a_session(terminal, foreign):
    """The whole round: 20 LLM and 10 CNN slots written by Python, browsed, one rebuilt, read again by Python."""
    assert len(foreign_store.rows(foreign)) == 30
    one = opened(terminal, foreign)
    select(one, 17)
    press(one, "r", re.compile("Slot 17 rebuilt"))
    press(one, "Escape", lambda screen: "rebuilt ─" not in screen and screen.selected == 17)
    one.keys("t", "j", "k", "t", "t").wait(lambda screen: len(screen.rows) == 30)
    quit_and_check(one)
    assert foreign_store.check(foreign) == []
    for slot in range(30):
        weights = foreign_store.cnn_weights(slot) if slot < 10 else foreign_store.llm_weights(slot)
        assert np.array_equal(foreign_store.read_slot(foreign, slot).weights, weights)


# ---------------------------------------------------------------------- building

def test_a_build_moves_a_progress_bar_and_ends_in_the_list(terminal, run, store):
    one = opened(terminal, store)
    start_gpt2(one)
    first = one.wait(re.compile(r"slot 8 .*gpt2.* \d+ %.*B/s"))
    assert "█" in next(line for line in first.lines if "B/s" in line) or "░" in first.text
    seen = set()

    def moves(screen):
        if line := next((line for line in screen.lines if "slot 8 " in line), None):
            seen.update(PROGRESS.findall(line))
        return 8 in screen.slots

    screen = one.wait(moves, deadline=60)
    assert len(seen) > 2, f"the bar moves: {seen}"
    assert screen.tabs == {"All": 9, "LLM": 6, "CNN": 3} or one.wait(lambda screen: screen.tabs.get("All") == 9)
    shown = run("show", 8, "--json", store=store).ok().json
    assert (shown["name"], shown["parameters"], len(shown["tensors"])) == ("gpt2", 124_439_808, 148)
    quit_and_check(one)


def test_several_builds_run_at_once(terminal, store):
    one = opened(terminal, store, "--slot", 2)
    start_gpt2(one)
    open_form(one)
    choose(one, "Type", "CNN")
    choose(one, "Preset", "resnet50")
    one.keys("Enter").wait("2 running")
    one.wait(lambda screen: {8, 9} <= set(screen.slots), deadline=60)
    assert {row["model_type"] for slot, row in foreign_store.rows(store).items() if slot > 7} == {"LLM", "CNN"}
    quit_and_check(one)
    assert foreign_store.check(store) == []


def test_a_model_file_is_built_from_in_the_form(terminal, store, minilm_template, minilm_file):
    one = opened(terminal, store, "--slot", 2)
    open_form(one)
    fill_in(one, "Source", str(minilm_file))
    one.wait("90.9 MB")
    one.keys("Enter").wait(lambda screen: 8 in screen.slots, deadline=60)
    assert foreign_store.rows(store)[8]["checksum"] == foreign_store.rows(minilm_template)[9]["checksum"]
    quit_and_check(one)


def test_the_form_says_what_is_wrong_before_anything_is_built(terminal, store):
    one = opened(terminal, store)
    open_form(one)
    fill_in(one, "Slot", "x")
    one.wait(re.compile("a number, 12-15, or empty"))
    one.keys("Enter")
    fill_in(one, "Slot", "400")
    choose(one, "Type", "CNN")
    one.wait(re.compile(r"limit"))
    one.keys("Escape").wait(lambda screen: "Preset" not in screen)
    quit_and_check(one)
    assert sorted(foreign_store.rows(store)) == list(range(8)) and staged_files(store) == []


def test_escape_leaves_the_form_without_building(terminal, store):
    one = opened(terminal, store)
    open_form(one)
    press(one, "Escape", lambda screen: "Preset" not in screen)
    quit_and_check(one)
    assert sorted(foreign_store.rows(store)) == list(range(8))


def test_c_cancels_a_build_and_leaves_nothing(terminal, store):
    one = opened(terminal, store)
    start_gpt2(one)
    press(one, "c", re.compile("cancelled"))
    wait_until(lambda: staged_files(store) == [], "the staged file to go")
    assert sorted(foreign_store.rows(store)) == list(range(8))
    assert sorted(one.screen().slots) == list(range(8))
    quit_and_check(one)


def test_a_build_that_fails_says_why_and_all_else_goes_on(terminal, store, folder):
    (folder / "bad.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0notjson!")
    one = opened(terminal, store, "--slot", 2)
    open_form(one)
    fill_in(one, "Source", str(folder / "bad.safetensors"))
    one.keys("Enter").wait(re.compile(r"bad\.safetensors"))
    one.keys("Escape").wait(lambda screen: screen.selected == 2 and "Preset" not in screen)
    press(one, "r", re.compile("Slot 2 rebuilt"))
    one.keys("Escape").wait(lambda screen: screen.selected == 2)
    quit_and_check(one)
    assert sorted(foreign_store.rows(store)) == list(range(8)) and foreign_store.check(store) == []


def test_a_full_disk_in_the_middle_of_a_build_is_named_and_nothing_is_half_written(terminal, program, store):
    rows = foreign_store.rows(store)
    # A limit on the size of files acts as a full disk does: write() fails in the middle of the weights.
    one = terminal(command=["prlimit", "--fsize=2000000", *program.command("browse", "--slot", 2, store=store)])
    one.wait(lambda screen: screen.selected == 2)
    open_form(one)
    choose(one, "Preset", "gpt2")
    one.keys("Enter").wait(re.compile(r"✗ .*(no space|device|disk|full)", re.IGNORECASE))
    assert foreign_store.rows(store) == rows
    wait_until(lambda: staged_files(store) == [], "the staged file to go")
    press(one, "r", re.compile("Slot 2 rebuilt"))
    one.keys("Escape").wait(lambda screen: screen.selected == 2)
    quit_and_check(one)
    assert foreign_store.check(store) == []


def test_quitting_while_a_build_runs_asks_first(terminal, store):
    one = opened(terminal, store)
    start_gpt2(one)
    press(one, "q", re.compile("1 build is not done"))
    press(one, "n", lambda screen: "not done" not in screen and screen.selected is not None)
    press(one, "q", re.compile("1 build is not done"))
    one.keys("y")
    assert one.wait_exit() == 0
    assert one.left_behind() == []
    assert sorted(foreign_store.rows(store)) == list(range(8))
    assert foreign_store.check(store) == [] and staged_files(store) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_while_a_build_runs_leaves_nothing_half_written(terminal, store, number):
    one = opened(terminal, store)
    start_gpt2(one)
    one.signal(number)
    assert one.wait_exit() == 128 + number
    assert one.left_behind() == []
    assert sorted(foreign_store.rows(store)) == list(range(8))
    assert foreign_store.check(store) == [] and staged_files(store) == []


def test_what_a_killed_browser_leaves_is_gone_after_the_next_save(terminal, run, store):
    one = opened(terminal, store)
    start_gpt2(one)
    one.signal(signal.SIGKILL)
    one.wait_exit()
    assert foreign_store.check(store) == [] and sorted(foreign_store.rows(store)) == list(range(8))
    run("build", "llm", 3, store=store).ok()
    assert staged_files(store) == []


# ---------------------------------------------------------------------- verifying, deleting, others

def test_v_verifies_and_shows_both_checksums_in_full(terminal, foreign):
    expected = foreign_store.rows(foreign)[12]["checksum"]
    one = opened(terminal, foreign, "--slot", 12)
    assert sign(one.screen(), 12) == "?"
    press(one, "v", lambda screen: screen.text.count(expected) == 2 and "intact" in screen)
    one.keys("Escape").wait(lambda screen: sign(screen, 12) == "✓")
    foreign_store.flip_bit(foreign, 13)
    actual = foreign_store.md5(np.load(foreign_store.slot_file(foreign, 13)))
    recorded = foreign_store.rows(foreign)[13]["checksum"]
    select(one, 13)
    screen = press(one, "v", lambda screen: actual in screen and recorded in screen)
    assert re.search(r"✗ .*changed bits", screen.text), screen.text
    one.keys("Escape").wait(lambda screen: sign(screen, 13) == "✗")
    one.wait(lambda screen: "1 damaged" in screen.lines[0])
    quit_and_check(one)


def test_capital_d_deletes_and_u_brings_back(terminal, foreign):
    before = foreign_store.rows(foreign)[12]
    one = opened(terminal, foreign, "--slot", 12)
    press(one, "D", lambda screen: screen.rows and 12 not in screen.slots and screen.tabs["All"] == 29)
    one.wait("slot 12 deleted; u brings it back")
    assert 12 not in foreign_store.rows(foreign)
    press(one, "u", lambda screen: 12 in screen.slots and screen.tabs["All"] == 30)
    assert foreign_store.rows(foreign)[12]["checksum"] == before["checksum"]
    quit_and_check(one)
    assert foreign_store.check(foreign) == []


def test_what_another_process_saves_appears(terminal, run, store):
    one = opened(terminal, store)
    run("build", "llm", 33, store=store).ok()
    one.wait(lambda screen: 33 in screen.slots and screen.tabs["All"] == 9)
    foreign_store.write_slot(store, 34, *foreign_store.llm_context(34))
    one.wait(lambda screen: 34 in screen.slots and screen.tabs["All"] == 10)
    run("delete", 33, "--yes", store=store).ok()
    one.wait(lambda screen: screen.rows and 33 not in screen.slots and screen.tabs["All"] == 9)


def test_a_store_that_one_may_only_read_is_browsed(terminal, program, foreign, request):
    paths = [foreign, *foreign.rglob("*")]
    request.addfinalizer(lambda: [path.chmod(0o755) for path in paths if path.is_dir()])
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    one = terminal(command=as_nobody(program.command("browse", "--slot", 12, store=foreign)))
    one.wait(lambda screen: screen.tabs.get("All") == 30 and EXACT.search(screen.text))
    for key in ("r", "b", "D", "u"):
        press(one, key, re.compile("permission", re.IGNORECASE))
        one.keys("j").wait(lambda screen: "permission" not in screen.text)
    expected = foreign_store.rows(foreign)[one.screen().selected]["checksum"]
    press(one, "v", lambda screen: screen.text.count(expected) == 2 and "intact" in screen)
    one.keys("Escape").wait(lambda screen: screen.selected is not None)
    quit_and_check(one)


def test_a_store_that_one_may_not_enter_is_refused_in_one_line(terminal, program, foreign, request):
    foreign.chmod(0o000)
    request.addfinalizer(lambda: foreign.chmod(0o755))
    one = terminal(command=as_nobody(program.command("browse", store=foreign)))
    assert one.wait_exit() == 2
    assert one.left_behind(old_screen=False) == []
    before, *said = one.screen().text.split("\n")
    assert before == "a line from before"
    assert "".join(said) == f"slotscope: {foreign}: permission denied"


# ---------------------------------------------------------------------- never waiting

@pytest.fixture
def enormous(folder):
    """A store with a slot of 4 GB, nearly all of it a hole in the file: work for seconds that takes no room."""
    store = folder / "store"
    foreign_store.write_store(store, llm=3, cnn=0)
    count = 10**9
    foreign_store.write_slot(store, 7, np.zeros(1, np.float32), {}, {"model_type": "LLM", "name": "enormous"})
    path = foreign_store.slot_file(store, 7)
    with open(path, "wb") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": "<f4", "fortran_order": False, "shape": (count,)})
        file.truncate(file.tell() + 4 * count)
    foreign_store.update_row(store, 7, weight_shape=json.dumps([count]), size_bytes=4 * count, checksum="0" * 32)
    return store


def test_keys_are_answered_while_a_large_slot_is_summarised(terminal, enormous):
    """By the order of events: help comes and goes, and a filter is typed, before everything has been counted."""
    one = opened(terminal, enormous, "--slot", 7)
    press(one, "?", "Moving")
    press(one, "Escape", lambda screen: screen.selected == 7)
    one.keys("/").type("enorm")
    screen = one.wait(lambda screen: screen.slots == [7])
    assert not EXACT.search(screen.text), "this came only after everything had been counted"
    one.keys("Escape").wait(lambda screen: len(screen.slots) == 4)
    press(one, "j", lambda screen: screen.selected not in (None, 7) and EXACT.search(screen.text))
    quit_and_check(one)


def test_keys_are_answered_while_a_large_slot_is_verified(terminal, enormous):
    """By the order of events: the selection moves, and moves back, while it is still seen to be verified."""
    one = opened(terminal, enormous, "--slot", 7)
    press(one, "v", lambda screen: VERIFYING.search(screen.text) and PROGRESS.search(screen.text))
    press(one, "Escape", lambda screen: screen.selected == 7)
    press(one, "j", lambda screen: screen.selected not in (None, 7) and VERIFYING.search(screen.text))
    press(one, "k", lambda screen: screen.selected == 7 and VERIFYING.search(screen.text))
    press(one, "c", lambda screen: "slot 7: cancelled" in screen)
    quit_and_check(one)


def test_a_verification_in_the_background_says_what_it_found(terminal, enormous):
    one = opened(terminal, enormous, "--slot", 7)
    press(one, "v", lambda screen: VERIFYING.search(screen.text))
    press(one, "Escape", lambda screen: screen.selected == 7)
    one.keys("j").wait(lambda screen: re.search(r"slot 7: .*(changed bits|torn)", screen.text), deadline=60)
    one.wait(lambda screen: sign(screen, 7) == "✗")
    quit_and_check(one)


def test_a_large_slot_is_summarised_in_little_memory(terminal, enormous):
    one = opened(terminal, enormous, "--slot", 7)
    most = 0

    def counted(screen):
        nonlocal most
        most = max(most, one.resident_bytes())
        return EXACT.search(screen.text)

    one.wait(counted, deadline=120)
    assert most < 150_000_000
