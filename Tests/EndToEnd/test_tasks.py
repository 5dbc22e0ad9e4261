"""What people open the browser for, from the first key to the last, at every size and in every kind of terminal.

Each task is written once. A terminal is resized between its steps where the place says so: whatever is open must come
back as it was.
"""

import re
from dataclasses import dataclass, field

import numpy as np
import pytest

import foreign_store
from browsing import choose, fill_in, open_form, opened, quit_and_check, select, sign
from program import staged_files, wait_until

BAD = ("✗", "x")
GOOD = ("✓", "v")


@dataclass(frozen=True)
class Place:
    """A terminal to do a task in."""
    name: str
    width: int
    height: int
    env: dict = field(default_factory=dict)
    resizes: bool = False

    @property
    def has_second_screen(self):
        return self.env.get("TERM") not in ("linux", "vt100")


PLACES = [
    Place("wide", 140, 40), Place("standard", 80, 24), Place("narrow", 60, 15),
    Place("screen-256color", 80, 24, {"TERM": "screen-256color"}), Place("linux", 140, 40, {"TERM": "linux"}),
    Place("vt100", 60, 15, {"TERM": "vt100"}), Place("ascii", 80, 24, {"LC_ALL": "C"}),
    Place("resized", 140, 40, resizes=True),
]


@pytest.fixture(params=PLACES, ids=lambda place: place.name)
def place(request):
    return request.param


@pytest.fixture
def browse(terminal, place):
    """Opens the browser on a store in that terminal."""
    def start(store, *options):
        one = opened(terminal, store, *options, width=place.width, height=place.height, env=place.env)
        one.wait(lambda screen: screen.tabs.get("All"))
        return one

    return start


@pytest.fixture
def step(place):
    """One step: presses a key and waits for what it brings, which a resize there and back must not take away."""
    def take(one, key, wanted, deadline=20):
        if key is not None:
            one.keys(key)
        one.wait(wanted, deadline)
        if place.resizes:
            for width, height in ((40, 10), (60, 15), (place.width, place.height)):
                one.resize(width, height)
                one.wait(lambda screen: len(screen.lines) == height and any(len(line) > width - 4 for line in screen.lines))
        return one.wait(wanted, deadline)

    return take


@pytest.fixture
def leave(place):
    def quit(one):
        # A resize to less than what was on the screen before takes some of that away: the terminal's own doing.
        quit_and_check(one, old_screen=place.has_second_screen and not place.resizes)

    return quit


def at(slot):
    return lambda screen: screen.selected == slot


# ---------------------------------------------------------------------- the tasks

def test_find_the_largest_cnn(browse, step, leave, store):
    sizes = {slot: row["size_bytes"] for slot, row in foreign_store.rows(store).items() if row["model_type"] == "CNN"}
    largest = max(sizes, key=sizes.get)
    one = browse(store)
    step(one, "t", lambda screen: screen.rows and {row.model_type for row in screen.rows} == {"LLM"})
    step(one, "t", lambda screen: screen.rows and {row.model_type for row in screen.rows} == {"CNN"})
    for _ in range(12):
        before = one.screen().lines[1]
        if "size" in before:
            break
        step(one, "s", lambda screen: screen.lines[1] != before and screen.rows)
    one.wait(lambda screen: screen.slots == sorted(sizes, key=sizes.get, reverse=True))
    step(one, "g", at(largest))
    step(one, "Enter", lambda screen: f" {largest} ref" in screen.lines[0] and "file order" in screen)
    step(one, "Escape", at(largest))
    leave(one)


def test_rebuild_it_and_undo(browse, step, leave, store):
    before = foreign_store.rows(store)[3]
    one = browse(store, "--slot", 3)
    step(one, "R", re.compile("Rebuild slot 3"))
    fill_in(one, "Seed", "5")
    step(one, "Enter", re.compile("Slot 3 rebuilt"))
    after = foreign_store.rows(store)[3]
    assert after["checksum"] != before["checksum"]
    step(one, "u", lambda screen: screen.selected == 3 and "Slot 3 rebuilt" not in screen)
    wait_until(lambda: foreign_store.rows(store)[3]["checksum"] == before["checksum"], "the old weights")
    leave(one)
    assert foreign_store.check(store) == [] and staged_files(store) == []


def test_compare_two(browse, step, leave, run, folder):
    store = folder / "two"
    run("build", "llm", "3-4", "--preset", "nano", "--seed", 1, store=store).ok()
    run("rebuild", 4, "--seed", 2, "--set", "temperature=0.9", store=store).ok()
    known = run("diff", 3, 4, "--json", store=store).json["totals"]
    one = browse(store, "--slot", 3)
    step(one, "Space", at(3))
    step(one, "j" if one.screen().slots[0] == 3 else "k", at(4))
    step(one, "=", re.compile(rf"28 tensors\b.*\b{known['changed']} changed|\b{known['changed']} changed"))
    step(one, "Escape", at(4))
    leave(one)


def test_import_a_model(browse, step, leave, store, folder, minilm_file):
    # Under a name that the narrowest form shows whole.
    (folder / "mini.safetensors").symlink_to(minilm_file)
    one = browse(store)
    step(one, "i", lambda screen: "Import" in screen and "File" in screen)
    one.type(str(folder / "mini.safetensors"))
    step(one, None, re.compile(r"22\.7M parameters"))
    step(one, "Enter", lambda screen: 8 in screen.slots, deadline=60)
    leave(one)
    assert foreign_store.rows(store)[8]["model_type"] == "LLM"
    assert foreign_store.check(store) == [] and staged_files(store) == []


def test_export_a_slot(browse, step, leave, store, folder):
    expected = foreign_store.read_slot(store, 3).weights
    one = browse(store, "--slot", 3)
    step(one, "e", lambda screen: "Export" in screen and "Format" in screen)
    fill_in(one, "To", str(folder / "three.npy"))
    step(one, None, "GB free")
    step(one, "Enter", re.compile("slot 3: wrote"))
    leave(one)
    assert np.array_equal(np.load(folder / "three.npy"), expected)
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_find_the_corrupt_slot(browse, step, leave, store):
    foreign_store.flip_bit(store, 6)
    one = browse(store, "--slot", 2)
    assert sign(one.screen(), 6) not in BAD, "nobody has looked at it since"
    one.keys("*")
    step(one, "v", lambda screen: sign(screen, 6) in BAD and sign(screen, 1) in GOOD, deadline=60)
    for _ in range(4):
        # Marks, dialogs and panes are left one after the other.
        one.keys("Escape")
    select(one, 6)
    step(one, "v", re.compile("changed bits|mismatch"))
    step(one, "Escape", at(6))
    leave(one)
    assert [slot for slot, row in foreign_store.rows(store).items()
            if foreign_store.md5(foreign_store.read_slot(store, slot).weights) != row["checksum"]] == [6]


def test_build_three_and_cancel_one(browse, step, leave, run, store):
    one = browse(store)
    for model_type, preset, size in (("LLM", "gpt2", "124.4M"), ("CNN", "lenet5", "61"), ("CNN", "resnet18", "11.7M")):
        open_form(one)
        choose(one, "Type", model_type)
        choose(one, "Preset", preset)
        step(one, None, size)
        step(one, "Enter", lambda screen: "Preset" not in screen)
        if preset == "gpt2":
            # While it is the only one, it is the one that is cancelled.
            step(one, "c", re.compile("cancel"))
    # The slot of what was cancelled is free again as soon as the build has ended: the next may have taken it.
    one.wait(lambda screen: len(foreign_store.rows(store)) == 10, deadline=60)
    new = [slot for slot in sorted(foreign_store.rows(store)) if slot > 7]
    step(one, None, lambda screen: set(new) <= set(screen.slots))
    assert [run("show", slot, "--json", store=store).json["name"] for slot in new] == ["lenet5", "resnet18"]
    leave(one)
    assert foreign_store.check(store) == [] and staged_files(store) == []
