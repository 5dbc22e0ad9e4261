"""What other processes do is on the screen within half a second, and nothing else on it moves."""

import json
import re
import time

import pytest

import foreign_store
from program import environment
from pseudo_terminal import PseudoTerminal

#: half a second is what is promised; a machine that runs other tests at the same time may be slower
BOUND = 3


@pytest.fixture
def browser(program, foreign):
    """A browser on 30 foreign slots that has nothing left to do."""
    with PseudoTerminal(program.command("browse", "--slot", 12, store=foreign), environment(program.home)) as one:
        one.wait(lambda: re.search(r"\bexact\b", one.screen().text) and one.screen().tabs.get("All") == 30, "the list")
        one.settle(0.5)
        yield one


def seconds(one, condition, what):
    """How long it takes until the screen is as wanted."""
    begin = time.monotonic()
    one.wait(lambda: condition(one.screen()), what)
    return time.monotonic() - begin


def changed_cells(before, after):
    """The cells that differ between two states of a terminal, as (row, column)."""
    return {(y, x) for y in range(after.lines) for x in range(after.columns) if before[y][x] != after.buffer[y][x]}


def cells(emulator):
    return [[emulator.buffer[y][x] for x in range(emulator.columns)] for y in range(emulator.lines)]


def test_saves_deletes_and_verifications_of_others_appear_at_once(browser, program, foreign):
    foreign_store.write_slot(foreign, 40, *foreign_store.llm_context(40))
    assert seconds(browser, lambda screen: 40 in screen.slots and screen.tabs["All"] == 31, "another's save") < BOUND
    program.run("build", "cnn", 41, "--preset", "lenet5", store=foreign).ok()
    assert seconds(browser, lambda screen: 41 in screen.slots and screen.tabs["CNN"] == 11, "a build elsewhere") < BOUND
    program.run("delete", 41, "--yes", store=foreign).ok()
    assert seconds(browser, lambda screen: 41 not in screen.slots and screen.tabs["CNN"] == 10, "a deletion") < BOUND

    def sign(screen, slot):
        return next(row.sign for row in screen.rows if row.slot == slot)

    # Two that are in view: which ones are depends on where the list has scrolled.
    whole, torn = [slot for slot in browser.screen().slots if slot not in (12, 40)][-2:]
    assert sign(browser.screen(), whole) == "?"
    program.run("verify", whole, store=foreign).ok()
    assert seconds(browser, lambda screen: sign(screen, whole) == "✓", "a verification") < BOUND
    foreign_store.flip_bit(foreign, torn)
    assert program.run("verify", torn, store=foreign).code == 1
    assert seconds(
        browser, lambda screen: sign(screen, torn) == "✗" and "1 damaged" in screen.lines[0], "damage") < BOUND
    assert browser.screen().selected == 12, "the selection stays where it was"


def test_a_change_elsewhere_sends_what_changed_and_nothing_else(browser, foreign):
    before, received = cells(browser.emulator), browser.received
    clears = browser.output.clears
    # Slot 17's name: one cell or a few of one row, and of no other pane.
    metadata = {"model_type": "LLM", "model_path": "models/llm_17", "slot_index": "17", "name": "renamed"}
    foreign_store.update_row(foreign, 17, metadata_json=json.dumps(metadata))
    browser.wait(lambda: "renamed" in browser.screen(), "the new name")
    browser.settle(0.5)
    changed = changed_cells(before, browser.emulator)
    rows = {y for y, _ in changed}
    assert len(rows) == 1 and "renamed" in browser.screen().lines[rows.pop()]
    assert len(changed) <= len("renamed")
    assert browser.output.clears == clears, "the screen was cleared"
    # The name, where it stands, and its colours: not the row, and far from the screen.
    assert browser.received - received < 200


def test_a_commit_that_changes_nothing_to_be_seen_sends_nothing(browser, foreign):
    received = browser.received
    index = foreign_store.open_index(foreign)
    index.execute("INSERT OR REPLACE INTO metadata(key, value) VALUES ('a foreign key', 'x')")
    index.commit()
    index.close()
    # The row that follows is seen: by then the first commit has been, too.
    browser.settle(1)
    assert browser.received == received


def test_what_is_not_in_view_is_counted_and_moves_nothing(browser, foreign):
    """A slot below the last row that is shown: the count changes, the rows do not."""
    browser.resize(100, 20)
    browser.wait(lambda: browser.screen().selected == 12 and len(browser.screen().lines) == 20, "the new size")
    browser.send("s")
    browser.wait(lambda: "sort: id" in browser.screen() or "id" in browser.screen().lines[1], "the order by number")
    browser.settle(0.5)
    rows, clears = browser.screen().slots, browser.output.clears
    foreign_store.write_slot(foreign, 60, *foreign_store.llm_context(60))
    browser.wait(lambda: browser.screen().tabs.get("All") == 31, "the count")
    browser.settle(0.5)
    assert browser.screen().slots == rows and browser.screen().selected == 12 and browser.output.clears == clears
