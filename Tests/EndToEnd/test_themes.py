"""Themes in a real terminal: which colours are sent, and that a name counts for more than NO_COLOR."""

import re

import pytest

from browsing import opened, press, quit_and_check

COLOUR = re.compile(r"\x1b\[(?:[\d;]*;)?(?:3[0-7]|4[0-7]|9[0-7]|38|48)[;m]")
# A background over all of it: colour 16, xterm's own black.
BLACK = re.compile(r"\x1b\[(?:[\d;]*;)?48;5;16[;m]")


def next_theme(one, name):
    one.keys(":").type("next-theme")
    return press(one, "Enter", lambda screen: f"theme: {name}" in screen)


def test_a_named_theme_counts_for_more_than_no_color(terminal, foreign):
    one = opened(terminal, foreign, "--theme", "dark", env={"NO_COLOR": "1"})
    assert COLOUR.search(one.escapes())
    quit_and_check(one)
    one = opened(terminal, foreign, "--theme", "mono")
    assert not COLOUR.search(one.escapes())
    quit_and_check(one)


def test_the_next_theme_is_drawn_at_once(terminal, foreign):
    one = opened(terminal, foreign, "--slot", 12)
    for name in ("dark", "light"):
        next_theme(one, name)
        assert COLOUR.search(one.escapes()) and not BLACK.search(one.escapes())
    next_theme(one, "high-contrast")
    assert BLACK.search(one.escapes())
    next_theme(one, "mono")
    assert not COLOUR.search(one.escapes())
    screen = next_theme(one, "auto")
    assert COLOUR.search(one.escapes()) and screen.selected == 12
    quit_and_check(one)


def test_a_terminal_without_colours_says_so(terminal, foreign):
    one = opened(terminal, foreign, "--theme", "dark", env={"TERM": "vt100"})
    assert not COLOUR.search(one.escapes())
    one.keys(":").type("next-theme")
    press(one, "Enter", lambda screen: "theme: mono; this terminal has no colours" in screen)
    # It has no second screen to go back from.
    quit_and_check(one, old_screen=False)


@pytest.mark.parametrize("name", ["purple", ""])
def test_a_theme_that_is_none_is_refused_with_those_there_are(run, foreign, name):
    done = run("browse", "--theme", name, store=foreign)
    assert done.code == 64
    for known in ("auto", "dark", "light", "high-contrast", "mono"):
        assert known in done.err
