"""What the tests of the browser do again and again: open it, move about in it, fill in its form, leave it."""

import re

# The weights pane's own words on its border: every value has been counted, not a sample.
EXACT = re.compile(r"\bexact\b")
# How far something is: `37 %`, but not the `99.8 %` of a histogram's range.
PROGRESS = re.compile(r"(?<![\d.])\d{1,3} %")


def opened(terminal, store, *options, **settings):
    """A browser that has drawn its list."""
    one = terminal("browse", *options, store=store, **settings)
    one.wait(lambda screen: screen.selected is not None)
    return one


def quit_and_check(one, **settings):
    """Leaves it by `q`; the terminal must be as it was before."""
    one.keys("q")
    assert one.wait_exit() == 0
    assert one.left_behind(**settings) == []


def press(one, key, wanted):
    """Presses a key and waits for what it brings."""
    return one.keys(key).wait(wanted)


def select(one, slot):
    """Moves the cursor to a slot, as one does: down until it is there."""
    one.keys("g").wait(lambda screen: screen.slots and screen.selected == screen.slots[0])
    for _ in range(200):
        screen = one.wait(lambda screen: screen.selected is not None)
        if screen.selected == slot:
            return screen
        press(one, "j", lambda now: now.selected not in (None, screen.selected))
    raise AssertionError(f"slot {slot} is not in the list\n{one.screen().text}")


def close_dialog(one):
    """Escape, back to the list: the footer has its keys, or a message, again."""
    one.keys("Escape").wait(lambda screen: screen.selected is not None and screen.lines[-1].strip())
    return one


def open_form(one):
    return press(one, "b", lambda screen: all(word in screen for word in ("Type", "Slot", "Preset", "Seed", "Source")))


def go_to(one, field):
    """Moves to a field of the form. It waits for the form's own mark: a bar of progress behind it moves by itself."""
    marked = re.compile(r"[│|] +[▌>]([A-Z][a-z]+) ")
    for _ in range(12):
        here = marked.search(one.wait(marked).text)[1]
        if here == field:
            return
        press(one, "Down", lambda screen: (now := marked.search(screen.text)) and now[1] != here)
    raise AssertionError(f"no field {field}\n{one.screen().text}")


def choose(one, field, value):
    """Goes through the choices of a field until it is `value`."""
    go_to(one, field)
    choice = re.compile(rf"{field} +[‹<] (\S+) [›>]")
    for _ in range(12):
        now = choice.search(one.wait(choice).text)[1]
        if now == value:
            return
        press(one, "Right", lambda screen: (found := choice.search(screen.text)) and found[1] != now)
    raise AssertionError(f"{field} is never {value}\n{one.screen().text}")


def fill_in(one, field, text):
    """Types into a field of the form, over what is there."""
    go_to(one, field)
    one.keys("C-u").type(text)
    one.wait(re.compile(rf"{field} .*{re.escape(text[-12:])}"))


def start_gpt2(one):
    """Starts a build of half a gigabyte, and returns as soon as it is seen to move."""
    open_form(one)
    choose(one, "Type", "LLM")
    choose(one, "Preset", "gpt2")
    one.wait("124.4M")
    one.keys("Enter")
    return one.wait(lambda screen: "Preset" not in screen and "gpt2" in screen and PROGRESS.search(screen.text))


def sign(screen, slot):
    """The integrity sign of a slot in the list."""
    return {row.slot: row.sign for row in screen.rows}.get(slot)
