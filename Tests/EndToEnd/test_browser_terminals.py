"""The browser in terminals of every size and kind, and every way out of it."""

import re
import signal

import pytest

import foreign_store
from browsing import EXACT, PROGRESS, open_form, opened, press, quit_and_check, select, start_gpt2

SIZES = [(140, 40), (80, 24), (60, 15), (40, 10), (100, 30), (300, 100)]


def fits(screen, width, height):
    """Whether the picture is whole: no line is too long, and what has a left border has a right one in the last column."""
    frame = tuple("╭│├╰")
    return len(screen.lines) == height and max(map(len, screen.lines)) <= width and all(
        len(line) == width and line[-1] in "╮│┃┤╯" for line in screen.lines if line.startswith(frame))


# ---------------------------------------------------------------------- sizes

@pytest.mark.parametrize("width, height", SIZES)
def test_it_fits_a_terminal_of_any_size(terminal, foreign, width, height):
    one = opened(terminal, foreign, "--slot", 12, width=width, height=height)
    screen = one.wait(lambda screen: screen.selected == 12 and fits(screen, width, height))
    assert "slotscope" in screen.lines[0] and "? help" in screen.lines[-1]
    # Around the rows: title, tabs, footer, and a frame with a heading where there is room for panes side by side.
    assert len(screen.rows) == min(30, height - (4 if width < 80 else 6))
    press(one, "?", lambda screen: "Moving" in screen and fits(screen, width, height))
    press(one, "Escape", lambda screen: screen.selected == 12 and fits(screen, width, height))
    quit_and_check(one)


def test_resizing_keeps_the_selection(terminal, foreign):
    one = opened(terminal, foreign)
    select(one, 17)
    for width, height in SIZES + SIZES[::-1]:
        one.resize(width, height)
        one.wait(lambda screen: screen.selected == 17 and len(screen.lines[0]) > width - 3 and fits(screen, width, height))
    quit_and_check(one)


@pytest.mark.parametrize("key, words", [("b", "Preset"), ("?", "Moving"), ("v", "expected")])
def test_resizing_with_a_dialog_open(terminal, foreign, key, words):
    one = opened(terminal, foreign, "--slot", 12)
    press(one, key, words)
    for width, height in SIZES:
        one.resize(width, height)
        one.wait(lambda screen: words in screen and fits(screen, width, height))
    one.resize(140, 40)
    press(one, "Escape", lambda screen: screen.selected == 12 and words not in screen)
    quit_and_check(one)
    assert len(foreign_store.rows(foreign)) == 30


def test_resizing_while_a_build_runs(terminal, store):
    one = opened(terminal, store)
    start_gpt2(one)
    for width, height in ((60, 15), (40, 10), (140, 40), (80, 24)):
        one.resize(width, height)
        one.wait(lambda screen: screen.selected is not None and PROGRESS.search(screen.text)
                 and fits(screen, width, height))
    one.wait(lambda screen: 8 in screen.slots, deadline=60)
    quit_and_check(one)
    assert foreign_store.check(store) == []


@pytest.mark.parametrize("width, height", [(39, 20), (80, 9), (20, 5), (5, 2), (1, 1)])
def test_a_terminal_that_is_too_small_is_told_so_and_may_grow(terminal, foreign, width, height):
    one = opened(terminal, foreign, "--slot", 12)
    one.resize(width, height)
    if width >= 20:
        screen = one.wait(lambda screen: "40" in screen and "10" in screen and not screen.rows)
        assert sum(bool(line.strip()) for line in screen.lines) == 1
    one.resize(80, 24)
    one.wait(lambda screen: screen.selected == 12 and fits(screen, 80, 24))
    one.resize(width, height)
    one.keys("j", "k")
    one.resize(140, 40)
    screen = one.wait(lambda screen: screen.selected == 12 and screen.tabs.get("All") == 30)
    # Of what was on the screen before, the terminal itself keeps only what fitted into the smallest size.
    quit_and_check(one, old_screen=False)


def test_it_starts_in_a_terminal_that_is_too_small(terminal, foreign):
    one = terminal("browse", store=foreign, width=30, height=8)
    one.wait(re.compile(r"40.10.*30.8"))
    quit_and_check(one)


# ---------------------------------------------------------------------- kinds

@pytest.mark.parametrize("term", ["xterm-256color", "screen-256color", "tmux-256color", "xterm", "linux", "vt100"])
@pytest.mark.parametrize("locale", ["C.UTF-8", "C"])
def test_every_terminal_shows_the_list(terminal, foreign, term, locale):
    one = opened(terminal, foreign, "--slot", 12, width=140, height=30, env={"TERM": term, "LC_ALL": locale})
    screen = one.wait(EXACT)
    assert screen.selected == 12 and screen.tabs == {"All": 30, "LLM": 20, "CNN": 10}
    assert screen.text.isascii() == (locale == "C")
    assert fits(screen, 140, 30), screen.text
    one.keys("Down").wait(lambda screen: screen.selected == 11)
    press(one, "v", re.compile("intact"))
    one.keys("Escape").wait(lambda screen: screen.selected == 11)
    # These have no second screen to go back from.
    quit_and_check(one, old_screen=term not in ("linux", "vt100"))


def test_nothing_depends_on_colour(terminal, foreign):
    foreign_store.remove_file(foreign, 13)
    one = opened(terminal, foreign, "--slot", 12, env={"NO_COLOR": "1"})
    screen = one.wait(lambda screen: "damaged" in screen)
    assert not re.search(r"\x1b\[(?:[\d;]*;)?(?:3[0-7]|4[0-7]|9[0-7]|38|48)[;m]", one.escapes())
    assert "▌   12" in screen and next(row for row in screen.rows if row.slot == 13).sign == "✗"
    quit_and_check(one)


def test_a_locale_that_is_not_there_still_draws(terminal, foreign):
    quit_and_check(opened(terminal, foreign, env={"LANG": "xx_YY.UTF-8"}))


# ---------------------------------------------------------------------- ways out

@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_a_signal_restores_the_terminal(terminal, foreign, number):
    one = opened(terminal, foreign)
    one.signal(number)
    assert one.wait_exit() == 128 + number
    assert one.left_behind() == []


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGILL, signal.SIGBUS, signal.SIGTRAP])
def test_a_crash_restores_the_terminal(terminal, foreign, number):
    one = opened(terminal, foreign)
    one.signal(number)
    assert one.wait_exit() == 128 + number
    # What a crash prints may push the old screen out of sight.
    assert one.left_behind(old_screen=False) == []


def test_control_c_leaves(terminal, foreign):
    one = opened(terminal, foreign)
    one.keys("C-c")
    one.wait_exit()
    assert one.left_behind() == []


def test_control_c_closes_a_dialog_first(terminal, foreign):
    one = opened(terminal, foreign, "--slot", 12)
    open_form(one)
    press(one, "C-c", lambda screen: screen.selected == 12 and "Preset" not in screen)
    quit_and_check(one)


def test_control_z_and_fg(terminal, program, foreign):
    one = terminal(command=["bash", "--norc", "--noprofile", "-i"], env={"PS1": "prompt> "})
    one.wait("prompt>")
    one.type(" ".join(program.command("browse", "--slot", 12, store=foreign))).keys("Enter")
    one.wait(lambda screen: screen.selected == 12)
    screen = press(one, "C-z", re.compile("Stopped"))
    assert screen.slots == [], "the shell's own screen is back"
    one.type("echo alive").keys("Enter")
    one.wait(re.compile(r"^alive$", re.MULTILINE))
    one.resize(100, 30)
    one.type("fg").keys("Enter")
    one.wait(lambda screen: screen.selected == 12 and len(screen.lines) == 30)
    one.keys("j").wait(lambda screen: screen.selected == 11)
    press(one, "C-z", re.compile("Stopped"))
    one.type("fg").keys("Enter")
    one.wait(lambda screen: screen.selected == 11)
    one.keys("q").wait(lambda screen: screen.selected is None and "prompt>" in screen)
    one.type("exit").keys("Enter")
    one.wait_exit()
    assert one.left_behind(old_screen=False) == []
    for line in ("Stopped", "alive", "exit"):
        assert line in one.screen(), one.screen().text


def test_a_terminal_that_goes_away_ends_the_browser(terminal, store):
    one = opened(terminal, store)
    start_gpt2(one)
    one.hang_up()
    one.wait_gone()
    assert sorted(foreign_store.rows(store)) == list(range(8)) and foreign_store.check(store) == []
