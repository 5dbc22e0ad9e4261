"""What is done to many slots at once, the pane of jobs, and what the commands do to the store, from the browser."""

import os
import re
import subprocess

import numpy as np
import pytest

import foreign_store
from browsing import close_dialog, opened, press, quit_and_check, select, sign

SIZES = [(140, 40), (80, 24), (60, 15)]


def carry_out(one, name):
    """A command by its name."""
    press(one, ":", "Commands")
    one.type(name)
    one.wait(re.compile(rf"[▌>] {name} "))
    return one.keys("Enter")


def damage(store, slot):
    path = store / foreign_store.rows(store)[slot]["weight_file"]
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("width, height", SIZES)
def test_marked_slots_are_deleted_together_and_come_back_together(terminal, run, store, width, height):
    one = opened(terminal, store, width=width, height=height)
    before = foreign_store.rows(store)
    for slot in sorted(before)[:3]:
        select(one, slot)
        one.keys("Space")
    one.wait("3 marked")
    press(one, "D", "3 slots deleted; u brings them back")
    assert sorted(foreign_store.rows(store)) == sorted(before)[3:]
    press(one, "u", "3 slots as before")
    after = foreign_store.rows(store)
    assert {slot: row["checksum"] for slot, row in after.items()} == {slot: row["checksum"] for slot, row in before.items()}
    one.wait(lambda screen: "marked" not in screen.lines[0])
    quit_and_check(one)
    run("check", store=store).ok()


@pytest.mark.parametrize("width, height", SIZES)
def test_all_that_is_shown_is_verified_and_what_is_damaged_is_listed(terminal, store, width, height):
    slots = sorted(foreign_store.rows(store))
    damage(store, slots[1])
    one = opened(terminal, store, width=width, height=height)
    press(one, "*", f"{len(slots)} marked")
    press(one, "v", re.compile(rf"1 of {len(slots)} slots damaged: slot {slots[1]}"))
    press(one, "BTab", re.compile(r"[▌>]\d+ slots +verify"))
    screen = press(one, "Enter", re.compile(rf"Checksums of {len(slots)} slots"))
    assert re.search(rf"slot {slots[1]} +✗", screen.text) and "y copy" in screen
    press(one, "Escape", lambda screen: "Checksums of" not in screen)
    press(one, "E", re.compile(r"Messages.*1 failed"))
    press(one, "Escape", lambda screen: "Messages" not in screen)
    press(one, "Escape", lambda screen: screen.selected is not None)
    one.wait(lambda screen: sign(screen, slots[1]) in ("✗", None))
    quit_and_check(one)


def test_marks_stay_when_another_process_changes_the_store_and_go_with_their_slots(terminal, run, store):
    slots = sorted(foreign_store.rows(store))
    one = opened(terminal, store)
    press(one, "*", f"{len(slots)} marked")
    run("build", "llm", 90, store=store).ok()
    one.wait(lambda screen: 90 in screen.slots and f"{len(slots)} marked" in screen.lines[0])
    run("delete", slots[0], "--yes", store=store).ok()
    one.wait(lambda screen: f"{len(slots) - 1} marked" in screen.lines[0])
    press(one, "Escape", lambda screen: "marked" not in screen.lines[0])
    quit_and_check(one)


def test_what_was_rebuilt_together_goes_back_together(terminal, run, store, folder):
    source = folder / "weights.npy"
    np.save(source, np.arange(1000.0))
    for slot in (61, 62):
        run("import", source, "--slot", slot, store=store).ok()
    before = foreign_store.rows(store)
    np.save(source, np.arange(1000.0)[::-1])
    one = opened(terminal, store)
    for slot in (61, 62):
        select(one, slot)
        one.keys("Space")
    one.wait("2 marked")
    press(one, "r", lambda screen: len(re.findall("✓ rebuilt in .*checksum changed", screen.text)) == 2)
    after = foreign_store.rows(store)
    assert all(after[slot]["checksum"] != before[slot]["checksum"] for slot in (61, 62))
    assert not re.search(r"Slot 6\d rebuilt", one.screen().text), "no verdict of one of several"
    press(one, "u", "2 slots as before")
    after = foreign_store.rows(store)
    assert all(after[slot]["checksum"] == before[slot]["checksum"] for slot in (61, 62))
    quit_and_check(one)


def test_a_failed_import_is_run_again_from_the_pane(terminal, run, store, folder):
    source = folder / "again.npy"
    np.save(source, np.arange(1000.0))
    run("import", source, "--slot", 61, store=store).ok()
    source.rename(folder / "away.npy")
    one = opened(terminal, store, "--slot", 61)
    press(one, "r", re.compile(r"✗ .*again\.npy"))
    press(one, "BTab", lambda screen: "r again" in screen)
    press(one, "Enter", re.compile(r"Build failed"))
    close_dialog(one)
    (folder / "away.npy").rename(source)
    press(one, "r", re.compile(r"✓ rebuilt"))
    one.keys("Escape")
    quit_and_check(one)


@pytest.mark.parametrize("width, height", SIZES)
def test_an_earlier_revision_is_brought_back_from_the_history_and_u_takes_that_back(terminal, run, store, width, height):
    first = foreign_store.rows(store)[1]
    run("rebuild", 1, "--seed", 77, store=store).ok()
    second = foreign_store.rows(store)[1]
    assert first["checksum"] != second["checksum"]
    one = opened(terminal, store, "--slot", 1, width=width, height=height)
    screen = press(one, "U", "History of slot 1")
    assert re.search(r"[▌>] +1 ", screen.text) and re.search(r" 2 .*✓? ?now|· now", screen.text)
    press(one, "Enter", re.compile(r"revision 1 is back, as revision 3"))
    assert foreign_store.rows(store)[1]["checksum"] == first["checksum"]
    press(one, "u", re.compile(r"as revision 4"))
    assert foreign_store.rows(store)[1]["checksum"] == second["checksum"]
    press(one, "U", "History of slot 1")
    press(one, "=", lambda screen: "1@" in screen.lines[0])
    one.keys("Escape").wait(lambda screen: screen.selected == 1)
    quit_and_check(one)


def test_purge_asks_and_leaves_nothing(terminal, run, store):
    one = opened(terminal, store, "--slot", 1)
    carry_out(one, "purge").wait(re.compile(r"Drop slot 1 .*with all that is kept of it"))
    press(one, "n", lambda screen: screen.selected == 1)
    assert 1 in foreign_store.rows(store)
    carry_out(one, "purge").wait("That can't be undone")
    press(one, "y", "1 slot purged")
    assert 1 not in foreign_store.rows(store)
    assert not list((store / "revisions").glob("00000001.*"))
    quit_and_check(one)
    run("check", store=store).ok()


def test_gc_clear_check_repair_and_info(terminal, run, store):
    count = len(foreign_store.rows(store))
    run("rebuild", 1, "--seed", 77, store=store).ok()
    one = opened(terminal, store)
    carry_out(one, "info").wait(re.compile(r"gc drops +1 earlier revision"))
    close_dialog(one)
    carry_out(one, "gc").wait(re.compile(r"Drop 1 earlier revision"))
    press(one, "y", re.compile(r"dropped 1 earlier revision"))
    carry_out(one, "gc").wait("there is nothing to drop")
    link = store / "slots" / "00000001.npy"
    link.unlink()
    carry_out(one, "check").wait(re.compile(r"link-missing: slot 1"))
    close_dialog(one)
    carry_out(one, "repair").wait("Nothing is deleted")
    press(one, "y", re.compile(r"1 finding, 1 repaired"))
    assert link.is_symlink()
    close_dialog(one)
    carry_out(one, "verify-all").wait(re.compile(rf"{count} slots intact"))
    carry_out(one, "verify-quick").wait(re.compile(rf"quick verify.*{count} slots intact"))
    carry_out(one, "clear").wait(re.compile(rf"Type {count} or clear"))
    one.type("clear")
    press(one, "Enter", re.compile(rf"{count} slots deleted; u brings them back"))
    assert foreign_store.rows(store) == {}
    press(one, "u", re.compile(rf"{count} slots as before"))
    assert len(foreign_store.rows(store)) == count
    quit_and_check(one)
    run("check", store=store).ok()


def test_a_build_of_another_process_is_seen_as_such_until_it_has_ended(terminal, program, store):
    one = opened(terminal, store)
    other = subprocess.Popen(program.command("build", "llm", 40, "--preset", "gpt2", store=store),
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        one.wait(re.compile(rf"slot 40 +elsewhere \(pid {other.pid}\) .* \d+ %"))
        press(one, "BTab", re.compile(r"[▌>]slot 40"))
        press(one, "c", f"another process saves this: pid {other.pid}")
        one.keys("Escape")
    finally:
        assert other.wait(120) == 0
    one.wait(lambda screen: 40 in screen.slots and "elsewhere" not in screen)
    quit_and_check(one)


def test_a_build_of_another_process_that_is_killed_vanishes(terminal, program, run, store):
    one = opened(terminal, store)
    other = subprocess.Popen(program.command("build", "llm", 40, "--preset", "gpt2", store=store),
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    one.wait(re.compile(rf"slot 40 +elsewhere \(pid {other.pid}\)"))
    other.kill()
    other.wait()
    one.wait(lambda screen: "elsewhere" not in screen)
    quit_and_check(one)
    run("check", "--repair", store=store).ok()


@pytest.mark.parametrize("harm", ["cut", "touch", "remove"])
def test_a_weight_file_that_changes_without_the_index_is_noticed(terminal, run, store, harm):
    run("verify", "--all", store=store).ok()
    one = opened(terminal, store)
    one.wait(lambda screen: sign(screen, 1) == "✓")
    path = store / foreign_store.rows(store)[1]["weight_file"]
    if harm == "cut":
        path.chmod(0o644)
        os.truncate(path, 200)
    elif harm == "touch":
        path.touch()
    else:
        path.unlink()
    one.wait(lambda screen: sign(screen, 1) == ("·" if harm == "touch" else "✗"), deadline=10)
    quit_and_check(one)
