"""Comparing slots in the browser: marks, the screen of a difference, and the way there from a verdict."""

import re
import shutil

import pytest

from browsing import fill_in, opened, press, quit_and_check, select

COMPARED = re.compile(r"\d+ tensors? · \d+ changed")
# The screen's first line: what it compares.
SIDES = re.compile(r"› (\d+@\d+)( \S+)? → (\d+@\d+) (\S+)")


@pytest.fixture
def models(run, folder):
    """nano as slots 3, 4 and 5, the first of them twice."""
    store = folder / "models"
    run("build", "llm", 3, "--preset", "nano", "--seed", 1, store=store).ok()
    run("build", "llm", 3, "--preset", "nano", "--seed", 2, "--set", "temperature=0.9", store=store).ok()
    run("build", "llm", "4-5", "--preset", "nano", "--seed", 1, store=store).ok()
    return store


@pytest.fixture(scope="module")
def large(program, session_folder):
    """gpt2 twice: half a gigabyte each."""
    store = session_folder / "two-gpt2"
    for slot, seed in ((1, 1), (2, 2)):
        program.run("build", "llm", slot, "--preset", "gpt2", "--seed", seed, store=store).ok()
    yield store
    shutil.rmtree(store)


def difference(run, store, *arguments):
    found = run("diff", *arguments, "--json", store=store)
    assert found.code in (0, 1), found.err
    return found.json


def number(value):
    return f"{value:.4g}"


def test_a_slot_is_compared_with_its_previous_revision(terminal, run, models):
    known = difference(run, models, 3)
    one = opened(terminal, models, "--slot", 3)
    screen = press(one, "=", lambda screen: COMPARED.search(screen.text) and "█ B   █ A   █ both" in screen)
    assert SIDES.search(screen.lines[0]).groups() == ("3@1", None, "3@2", "nano")
    assert f"28 tensors · {known['totals']['changed']} changed" in screen.lines[0]
    assert known["a"]["checksum"] in screen and known["b"]["checksum"] in screen
    assert "temperature  0.7 → 0.9" in screen
    changed = [tensor for tensor in known["tensors"] if tensor["status"] == "changed"]
    for tensor in changed:
        line = next(line for line in screen.lines if tensor["name"] in line)
        assert number(tensor["values"]["max_abs"]) in line and number(tensor["values"]["relative_l2"]) in line
    assert "ln_f.weight" not in screen
    screen = press(one, "a", lambda screen: "ln_f.weight" in screen)
    assert re.search(r"ln_f\.weight +same", screen.text)
    one.keys("a").wait(lambda screen: "ln_f.weight" not in screen)
    screen = press(one, "s", lambda screen: "sort: max abs ↓" in screen)
    largest = known["totals"]["largest_step"]["tensor"]
    assert largest in screen.lines[4], "the largest step comes first"
    one.keys("Escape").wait(lambda screen: screen.selected == 3)
    quit_and_check(one)


def test_two_marked_slots_are_compared(terminal, run, models):
    one = opened(terminal, models, width=100, height=30)
    select(one, 3)
    press(one, "Space", lambda screen: "1 marked" in screen)
    select(one, 5)
    press(one, "Space", lambda screen: "2 marked" in screen)
    select(one, 4)
    press(one, "Space", lambda screen: "3 marked" in screen)
    select(one, 4)
    screen = press(one, "=", lambda screen: "two slots can be compared, and 3 are marked" in screen)
    assert sum(bool(re.match(r"│[▌ ]\*", line)) for line in screen.lines) == 3
    press(one, "Space", lambda screen: "2 marked" in screen)
    select(one, 4)
    screen = press(one, "=", lambda screen: COMPARED.search(screen.text))
    assert SIDES.search(screen.lines[0]).groups() == ("3@2", None, "5@1", "nano")
    one.keys("Escape").wait(lambda screen: screen.selected == 4)
    press(one, "Escape", lambda screen: "marked" not in screen)
    quit_and_check(one)


def test_equal_slots_say_so(terminal, models):
    one = opened(terminal, models, "--slot", 4, width=80, height=24)
    press(one, "Space", lambda screen: "1 marked" in screen)
    select(one, 5)
    screen = press(one, "=", lambda screen: "All tensors are the same" in screen)
    assert "config    the same" in screen and "0 changed" in screen.lines[0]
    one.keys("q")
    assert one.wait_exit() == 0


def test_a_slot_without_an_earlier_revision_says_so(terminal, models):
    one = opened(terminal, models, "--slot", 4)
    press(one, "=", lambda screen: "slot 4 has no earlier revision" in screen)
    quit_and_check(one)


def test_a_verdict_counts_the_tensors_and_leads_to_the_comparison(terminal, run, models):
    one = opened(terminal, models, "--slot", 4)
    press(one, "R", re.compile("Rebuild slot 4"))
    fill_in(one, "Seed", "9")
    screen = press(one, "Enter", re.compile(r"tensors +28: \d+ changed, 0 added, 0 removed +largest step"))
    totals = difference(run, models, 4)["totals"]
    assert f"28: {totals['changed']} changed" in screen
    assert f"largest step {number(totals['largest_step']['max_abs'])} in {totals['largest_step']['tensor']}" in screen
    screen = press(one, "=", lambda screen: COMPARED.search(screen.text))
    assert SIDES.search(screen.lines[0]).groups() == ("4@1", None, "4@2", "nano")
    one.keys("Escape").wait(lambda screen: screen.selected == 4)
    quit_and_check(one)


def test_half_a_gigabyte_is_compared_tensor_by_tensor(terminal, large):
    one = opened(terminal, large, "--slot", 1)
    press(one, "Space", lambda screen: "1 marked" in screen)
    select(one, 2)
    press(one, "=", lambda screen: "wte.weight" in screen)  # whether the others are there yet or not
    one.wait(lambda screen: "148 tensors · 50 changed" in screen and "comparing" not in screen, deadline=60)
    one.keys("g", "j", "j").wait(lambda screen: re.search(r"▌ +h\.0\.attn\.c_attn\.weight", screen.text))
    press(one, "Enter", lambda screen: "─ Tensors ─" not in screen and "█ B   █ A   █ both" in screen)
    one.resize(60, 15).wait(lambda screen: "A and B" in screen.lines[2])
    one.keys("Escape").wait(lambda screen: "REL L2" in screen)
    one.keys("Escape").wait(lambda screen: screen.selected == 2)
    quit_and_check(one)


def test_a_comparison_that_was_left_begins_anew(terminal, large):
    one = opened(terminal, large, "--slot", 1)
    press(one, "Space", lambda screen: "1 marked" in screen)
    select(one, 2)
    press(one, "=", lambda screen: SIDES.search(screen.lines[0]))  # it may be done by then, or be at it
    one.keys("Escape").wait(lambda screen: screen.selected == 2)
    press(one, "=", lambda screen: "148 tensors · 50 changed" in screen and "comparing" not in screen)
    one.keys("q")
    assert one.wait_exit() == 0
