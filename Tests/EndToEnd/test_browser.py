"""The browser in a real terminal: what a person sees in it, and how one finds one's way."""

import json
import re
import shutil

import numpy as np
import pytest
from safetensors import safe_open

import foreign_store
from browsing import EXACT, close_dialog, opened, press, quit_and_check, select, sign
from program import wait_until


def shown_number(screen, label):
    """A number of the weights pane, as text: `mean`, `std`, `min`, `max`, `NaN`, `±Inf`, `zeros`."""
    found = re.search(rf"(?<!\S){re.escape(label)} (-?[\d.,]+(?:e-?\d+)?)(?!\S)", screen.text)
    assert found, f"no {label}\n{screen.text}"
    return found[1].replace(",", "")


def agrees(shown, exact):
    """Whether a shown number is the exact one in as many digits as are shown."""
    digits = len(shown.lstrip("-0.").replace(".", "").split("e")[0])
    return abs(float(shown) - exact) <= 0.51 * abs(exact) * 10.0 ** (1 - max(digits, 1)) + 1e-300


def removed(store):
    """Removes a store as `rm -r` does; whether it is gone."""
    shutil.rmtree(store, ignore_errors=True)
    return not store.exists()


# ---------------------------------------------------------------------- the first frame

def test_it_opens_with_the_slots_their_types_and_the_panes_of_the_selected_one(terminal, foreign):
    one = opened(terminal, foreign, "--slot", 12)
    screen = one.wait(EXACT)
    assert screen.tabs == {"All": 30, "LLM": 20, "CNN": 10}
    assert screen.selected == 12
    assert sorted(screen.slots) == list(range(30))
    assert "slotscope" in screen.lines[0] and "30 slots" in screen.lines[0]
    checksum = foreign_store.rows(foreign)[12]["checksum"]
    for words in (r"learning_rate +0\.001", r"max_tokens +2048", r"temperature +0\.7", r"top_p +0\.9",
                  r"type +LLM", r"weights +700 float64 · 5\.6 KB", r"model_path +models/llm_12",
                  rf"checksum +{checksum[:6]}", r"linear"):
        assert re.search(words, screen.text), f"{words}\n{screen.text}"
    quit_and_check(one)


def test_no_command_opens_the_browser(terminal, foreign):
    one = terminal(store=foreign)
    one.wait(lambda screen: screen.tabs.get("All") == 30)
    quit_and_check(one)


def test_an_empty_store_says_how_to_fill_it(terminal, folder):
    foreign_store.open_index(folder / "empty").close()
    one = terminal("browse", store=folder / "empty")
    screen = one.wait(lambda screen: screen.tabs.get("All") == 0)
    assert screen.rows == [] and re.search(r"\bb\b", screen.text) and "build" in screen
    quit_and_check(one)


def test_it_opens_at_a_type_and_at_a_slot(terminal, foreign):
    one = opened(terminal, foreign, "--type", "CNN", "--slot", 4)
    screen = one.wait(lambda screen: screen.selected == 4)
    assert {row.model_type for row in screen.rows} == {"CNN"} and len(screen.rows) == 10
    quit_and_check(one)


# ---------------------------------------------------------------------- moving

def test_arrows_and_letters_move_alike(terminal, foreign):
    one = opened(terminal, foreign)
    order = one.screen().slots
    assert one.screen().selected == order[0]
    for key, place in (("j", 1), ("Down", 2), ("k", 1), ("Up", 0), ("PageDown", 29), ("PageUp", 0),
                       ("G", 29), ("g", 0), ("End", 29), ("Home", 0)):
        press(one, key, lambda screen: screen.selected == order[place])
    one.keys("j", "j", "j", "k").wait(lambda screen: screen.selected == order[2])


def test_tab_goes_round_the_panes(terminal, foreign):
    one = opened(terminal, foreign, width=80, height=24)
    press(one, "Tab", re.compile(r"built by"))
    press(one, "Tab", re.compile(r"learning_rate|kernel_size"))
    press(one, "Tab", EXACT)
    press(one, "h", re.compile(r"learning_rate|kernel_size"))
    press(one, "Escape", lambda screen: len(screen.rows) > 10)
    quit_and_check(one)


def test_the_mouse_selects_what_is_clicked(terminal, foreign):
    one = opened(terminal, foreign)
    screen = one.screen()
    line = next(number for number, text in enumerate(screen.lines, 1) if re.match(r"│ +17 ", text))
    one.type(f"\x1b[<0;10;{line}M\x1b[<0;10;{line}m")
    one.wait(lambda screen: screen.selected == 17)
    quit_and_check(one)


# ---------------------------------------------------------------------- finding

def test_t_goes_through_the_model_types(terminal, foreign):
    one = opened(terminal, foreign)
    for types in ({"LLM"}, {"CNN"}, {"LLM", "CNN"}):
        screen = press(one, "t", lambda screen: {row.model_type for row in screen.rows} == types)
        assert len(screen.rows) == sum(screen.tabs[name] for name in types)
    press(one, "T", lambda screen: {row.model_type for row in screen.rows} == {"CNN"})


def test_the_filter_narrows_as_one_types_and_escape_clears_it(terminal, foreign):
    one = opened(terminal, foreign)
    everything = one.screen().slots
    one.keys("/").type("llm_17")
    one.wait(lambda screen: screen.slots == [17])
    one.keys("BSpace").wait(lambda screen: len(screen.slots) > 1)
    one.keys("Escape").wait(lambda screen: screen.slots == everything)
    one.keys("/").type("cnn")
    one.wait(lambda screen: screen.rows and {row.model_type for row in screen.rows} == {"CNN"})
    one.keys("Enter", "j")
    one.wait(lambda screen: {row.model_type for row in screen.rows} == {"CNN"} and screen.selected == screen.slots[1])
    one.keys("Escape").wait(lambda screen: screen.slots == everything)
    one.keys("/").type("no such slot at all")
    one.wait(lambda screen: screen.slots == [])
    one.keys("Escape").wait(lambda screen: screen.slots == everything)


def test_letters_in_the_filter_are_no_commands(terminal, foreign):
    one = opened(terminal, foreign)
    one.keys("/").type("qqrrDb")
    one.wait(lambda screen: "qqrrDb" in screen and screen.slots == [])
    one.keys("Escape").wait(lambda screen: len(screen.slots) == 30)
    assert len(foreign_store.rows(foreign)) == 30


def test_s_changes_the_order_and_keeps_the_selection(terminal, foreign):
    sizes = {slot: row["size_bytes"] for slot, row in foreign_store.rows(foreign).items()}
    orders = {"updated": list(range(29, -1, -1)), "id": list(range(30)),
              "type": list(range(30)), "size": sorted(sizes, key=sizes.get, reverse=True)}
    one = opened(terminal, foreign, "--slot", 12)
    for name in ("id", "type", "size", "name", "params", "dtype", "created", "checksum", "state", "updated"):
        press(one, "s", re.compile(rf"sort: {name}"))
        one.wait(lambda screen: screen.selected == 12 and screen.slots == orders.get(name, screen.slots)
                 and sorted(screen.slots) == list(range(30)))
    press(one, "S", lambda screen: screen.slots == orders["updated"][::-1] and screen.selected == 12)


def test_the_help_lists_the_keys_and_escape_closes_it(terminal, foreign):
    one = opened(terminal, foreign)
    press(one, "?", lambda screen: all(word in screen for word in ("Moving", "rebuild", "filter", "Esc close")))
    press(one, "G", lambda screen: all(word in screen for word in ("The mouse", "double click", "type:cnn")))
    press(one, "Escape", lambda screen: screen.selected is not None and len(screen.slots) == 30)
    quit_and_check(one)


# ---------------------------------------------------------------------- weights

def test_the_numbers_of_the_weights_are_numpys(terminal, foreign):
    weights = foreign_store.llm_weights(12)
    screen = opened(terminal, foreign, "--slot", 12).wait(EXACT)
    for label, exact in (("mean", weights.mean()), ("std", weights.std()), ("min", weights.min()), ("max", weights.max())):
        assert agrees(shown_number(screen, label), exact), f"{label} {exact}\n{screen.text}"
    assert [shown_number(screen, label) for label in ("NaN", "±Inf", "zeros")] == ["0", "0", "0"]


def test_values_that_are_no_numbers_are_counted_apart(terminal, foreign):
    weights = np.concatenate([np.linspace(-1, 1, 1001, dtype=np.float32), np.zeros(6, np.float32),
                              np.array([np.nan] * 3 + [np.inf] * 2 + [-np.inf] * 2, np.float32)])
    foreign_store.write_slot(foreign, 40, weights, {}, {"model_type": "LLM"})
    screen = opened(terminal, foreign, "--slot", 40).wait(
        lambda screen: EXACT.search(screen.text) and all(word in screen for word in ("std", "NaN", "±Inf", "zeros", "max")))
    assert shown_number(screen, "NaN") == "3" and shown_number(screen, "±Inf") == "4"
    assert shown_number(screen, "zeros") == "7"
    assert agrees(shown_number(screen, "std"), weights[np.isfinite(weights)].astype(np.float64).std())


def test_the_histogram_is_linear_or_log_of_the_middle_or_of_all(terminal, foreign):
    weights = np.concatenate([np.random.default_rng(1).standard_normal(100_000), [1000.0]])
    foreign_store.write_slot(foreign, 40, weights, {}, {"model_type": "LLM"})
    one = opened(terminal, foreign, "--slot", 40)
    middle = one.wait(re.compile(r"linear · exact · 99\.8 %"))
    assert middle.text.count("█") > 100, "one value far away must not flatten the rest"
    log = press(one, "L", re.compile(r"log · exact · 99\.8 %"))
    assert log.text.count("█") > middle.text.count("█")
    everything = press(one, "a", re.compile(r"log · exact · all values"))
    assert re.search(r"\b1000\b", everything.text)
    large = press(one, "H", lambda screen: "h read" in screen and "log · exact · all values" in screen)
    assert large.text.count("█") > 0 and len(large.lines) == 40
    press(one, "H", lambda screen: screen.selected == 40 and "log · exact · all values" in screen)
    quit_and_check(one)


def test_a_real_transformer(terminal, run, minilm_template, minilm_file):
    with safe_open(minilm_file, "numpy") as file:
        tensors = [file.get_tensor(name) for name in file.keys()]
    # Exactly added up in the order that does not matter: numbers of each tensor in float64.
    values = np.concatenate([tensor.ravel().astype(np.float64) for tensor in tensors])
    one = opened(terminal, minilm_template)
    one.keys("/").type("minilm")
    one.wait(lambda screen: screen.slots == [9])
    screen = one.keys("Enter").wait(EXACT)
    for words in (r"9  MiniLM-L6-v2", r"tensors +104\b", r"weights +22,713,728 .*90\.9 MB"):
        assert re.search(words, screen.text), f"{words}\n{screen.text}"
    for label, exact in (("mean", values.mean()), ("std", values.std()), ("min", values.min()), ("max", values.max())):
        assert agrees(shown_number(screen, label), exact), f"{label} {exact}\n{screen.text}"
    assert int(shown_number(screen, "zeros")) == np.count_nonzero(values == 0)
    checksum = foreign_store.rows(minilm_template)[9]["checksum"]
    assert checksum == foreign_store.md5(foreign_store.read_slot(minilm_template, 9).weights)
    press(one, "v", lambda screen: screen.text.count(checksum) == 2 and "intact" in screen)
    quit_and_check(close_dialog(one))


def test_y_copies_the_checksum(terminal, foreign):
    one = opened(terminal, foreign, "--slot", 12)
    one.keys("y")
    assert one.wait_clipboard() == foreign_store.rows(foreign)[12]["checksum"]
    quit_and_check(one)


# ---------------------------------------------------------------------- damage, and worse

def test_damage_is_in_the_row_and_in_the_title(terminal, run, foreign):
    foreign_store.flip_bit(foreign, 12)
    foreign_store.remove_file(foreign, 13)
    foreign_store.truncate_file(foreign, 14)
    run("verify", store=foreign)
    one = opened(terminal, foreign, "--slot", 12)
    screen = one.screen()
    assert [sign(screen, slot) for slot in (11, 12, 13, 14, 15)] == ["✓", "✗", "✗", "✗", "✓"]
    assert "3 damaged" in one.wait("damaged").lines[0]
    quit_and_check(one)


def test_weights_that_are_gone_or_cut_off_are_told_in_words(terminal, foreign):
    foreign_store.remove_file(foreign, 13)
    foreign_store.truncate_file(foreign, 14, by=8)
    one = opened(terminal, foreign, "--slot", 13)
    one.wait(re.compile("missing|no such file", re.IGNORECASE))
    press(one, "v", re.compile(r"missing|no such file|not there", re.IGNORECASE))
    close_dialog(one)
    select(one, 14)
    one.wait(re.compile(r"bytes|truncated|cut|size|torn|short", re.IGNORECASE))
    press(one, "v", lambda screen: "✗" in screen and foreign_store.rows(foreign)[14]["checksum"] in screen)
    close_dialog(one)
    assert sign(one.screen(), 13) == sign(one.screen(), 14) == "✗"
    select(one, 15)
    one.wait(EXACT)
    quit_and_check(one)


def test_nothing_from_a_store_is_obeyed_by_the_terminal(terminal, foreign):
    foreign_store.update_row(foreign, 12, model_type="L\x1b[2JM", metadata_json=json.dumps({
        "model_type": "LLM", "name": "evil\x1b[31m\n\r\u202ename\x1b]0;title\x07", "k\x1b[5m": "v\x9b31m"}),
        config_json=json.dumps({"a\nb": "c\td\x1b[7m"}))
    one = opened(terminal, foreign, "--slot", 12)
    screen = one.wait("evil")
    assert screen.tabs["All"] == 30 and len(screen.rows) == 30
    assert "\u202e" not in screen.text
    assert "title" not in one.title()
    quit_and_check(one)


def test_a_store_that_vanishes_is_said_and_survived(terminal, foreign):
    one = opened(terminal, foreign)
    # The browser may be about to prepare the store, and make folders in it, after `rm` has looked what is there: one
    # runs it again then.
    wait_until(lambda: removed(foreign), "the store to be gone")
    press(one, "r", re.compile(r"✗ .*store.*(gone|not there|no longer|no such|no store|does not exist|missing)"))
    close_dialog(one)
    quit_and_check(one)
    assert not foreign.exists(), f"it came back: {sorted(foreign.rglob('*'))}"


@pytest.mark.parametrize("moment", ["index.db-shm", "revisions", "wal/lock"])
def test_a_store_that_vanishes_while_it_is_opened_does_not_come_back(terminal, foreign, moment):
    """Whatever the browser has just made in it, another program's store that is removed then stays away."""
    one = terminal("browse", store=foreign)
    wait_until(lambda: (foreign / moment).exists() or one.exit_status() is not None, f"{moment} to be made")
    wait_until(lambda: removed(foreign), "the store to be gone")
    # It has ended already where there was no list to show yet.
    wait_until(lambda: one.keys("q").exit_status() is not None, "the browser to end")
    assert not foreign.exists(), f"it came back: {sorted(foreign.rglob('*'))}"


@pytest.mark.parametrize("count", [5000])
def test_a_long_list_is_paged_through(terminal, folder, count):
    store = folder / "store"
    index = foreign_store.open_index(store)
    index.executemany(
        "INSERT INTO contexts VALUES (?, ?, ?, 'LLM', ?, '[1]', 'float64', '{}', '{}', ?, 8)",
        [(slot, "2026-11-23 08:00:00", f"2026-11-23T08:00:00.{slot:06}", f"slots/{slot:08d}.npy", "0" * 32)
         for slot in range(count)])
    index.commit()
    index.close()
    one = opened(terminal, store, width=80, height=24)
    press(one, "G", lambda screen: screen.selected == 0)
    press(one, "k", lambda screen: screen.selected == 1)
    press(one, "g", lambda screen: screen.selected == count - 1)
    press(one, "PageDown", lambda screen: screen.selected not in (None, count - 1))
    quit_and_check(one)
