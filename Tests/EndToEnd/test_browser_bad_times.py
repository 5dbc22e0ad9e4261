"""A store that goes away or is held by another, a terminal that goes away or can do little, and signals at the wrong
moment: said in a line or survived, and nothing is left behind."""

import contextlib
import fcntl
import os
import re
import signal
import sqlite3
import sys
import time

import pytest

import foreign_store
from places import as_nobody, give_away
from program import environment, staged_files, wait_until
from pseudo_terminal import PseudoTerminal


@pytest.fixture
def pseudo(program):
    """Starts the browser on a pseudo-terminal: `pseudo(store, "--slot", 3, TERM="vt100")`."""
    with contextlib.ExitStack() as stack:
        def start(store, *options, command=None, **env):
            words = command or program.command("browse", *options, store=store)
            one = stack.enter_context(PseudoTerminal(words, environment(program.home, **env)))
            one.wait(lambda: one.screen().selected is not None, "the list")
            return one

        yield start


def answers(one):
    """Help comes and goes: no key is lost, and nothing is stuck."""
    one.send("?")
    one.wait(lambda: "Moving" in one.screen(), "the help")
    one.send("\x1b")
    one.wait(lambda: "Moving" not in one.screen(), "the help to close")


def leave(one):
    one.send("q")
    one.wait(lambda: one.state == "ended", "the end")
    one.settle()
    assert one.exit_code == 0 and one.left_behind() == []


# ---------------------------------------------------------------------- the store

def test_a_store_that_is_moved_away_and_back(pseudo, program, store):
    one = pseudo(store, "--slot", 3)
    away = store.with_name("away")
    store.rename(away)
    one.send("v")
    one.wait(lambda: re.search(r"no such|gone|missing", one.screen().text), "what is wrong")
    one.send("\x1b")
    answers(one)
    away.rename(store)
    program.run("build", "llm", 9, store=store).ok()
    one.wait(lambda: 9 in one.screen().slots, "the store to be seen again", deadline=90)
    one.send("v")
    one.wait(lambda: "intact" in one.screen(), "a verification")
    one.send("\x1b")
    answers(one)
    leave(one)


def test_a_store_that_becomes_unreadable(pseudo, program, store):
    give_away(store)
    one = pseudo(store, command=as_nobody(program.command("browse", "--slot", 3, store=store)))
    (store / "revisions").chmod(0)
    try:
        one.send("v")
        one.wait(lambda: re.search("permission denied", one.screen().text, re.IGNORECASE), "what is wrong")
        one.send("\x1b")
        answers(one)
    finally:
        (store / "revisions").chmod(0o755)
    one.send("v")
    one.wait(lambda: "intact" in one.screen(), "a verification")
    one.send("\x1b")
    leave(one)


def test_a_store_that_another_program_holds_for_long(pseudo, store):
    """Reading goes on, what would be written waits, and no key does."""
    one = pseudo(store, "--slot", 3)
    with open(store / "wal" / "lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        one.send("r")
        answers(one)
        one.send("j")
        one.wait(lambda: one.screen().selected not in (None, 3), "the selection to move")
        assert len(foreign_store.rows(store)) == 8
    one.wait(lambda: "rebuilt" in one.screen(), "the rebuild, once the lock is free")
    one.send("\x1b")
    leave(one)
    assert foreign_store.check(store) == [] and staged_files(store) == []


def test_an_index_in_a_long_transaction_of_another_program(pseudo, store):
    one = pseudo(store, "--slot", 3)
    index = sqlite3.connect(store / "index.db")
    index.execute("BEGIN IMMEDIATE")
    one.send("r")
    answers(one)
    index.rollback()
    index.close()
    one.wait(lambda: "rebuilt" in one.screen() or "locked" in one.screen(), "the rebuild, or why there is none", deadline=60)
    one.send("\x1b")
    answers(one)
    leave(one)
    assert foreign_store.check(store) == []


def test_an_index_that_is_overwritten_with_rubbish(pseudo, store):
    one = pseudo(store, "--slot", 3)
    for name in ("index.db-wal", "index.db-shm"):
        (store / name).unlink(missing_ok=True)
    (store / "index.db").write_bytes(b"no database at all" * 500)
    one.send("v")
    one.wait(lambda: re.search("malformed|not a database|damaged|corrupt", one.screen().text), "what is wrong")
    one.send("\x1b")
    answers(one)
    leave(one)


# ---------------------------------------------------------------------- the terminal

def test_a_lost_terminal_ends_it_quickly_and_its_build_with_it(pseudo, store):
    one = pseudo(store)
    one.send("b")
    one.wait(lambda: "Preset" in one.screen(), "the form")
    # Preset is the third field: any of real size will do.
    one.send("\x1b[B\x1b[B\x1b[C\x1b[C\r")
    wait_until(lambda: staged_files(store), "a staged file")
    begin = time.monotonic()
    pid = one.pid
    one.hang_up()
    wait_until(lambda: not os.path.exists(f"/proc/{pid}"), "the program to end")
    assert time.monotonic() - begin < 5
    assert staged_files(store) == [] and sorted(foreign_store.rows(store)) == list(range(8))
    assert foreign_store.check(store) == []


@pytest.mark.parametrize("term", ["vt100", "linux", "xterm-mono"])
def test_what_a_terminal_cannot_do_costs_no_key(pseudo, store, term):
    """A clipboard, a mouse or colours: asked for, or clicked, all the same."""
    one = pseudo(store, "--slot", 3, TERM=term)
    one.send("y")
    one.wait(lambda: re.search("copied|clipboard|checksum", one.screen().lines[-1]), "a word about the copy")
    answers(one)
    one.send("\x1b[<0;5;6M\x1b[M !!")
    answers(one)
    leave(one)


# ---------------------------------------------------------------------- signals

@pytest.mark.parametrize("key, word", [("b", "Preset"), ("?", "Moving"), ("R", "Rebuild slot"), ("v", "expected"),
                                       ("/", "filter"), ("\r", "tensor"), ("=", "A")])
def test_sigterm_in_the_middle_of_something(pseudo, store, key, word):
    one = pseudo(store, "--slot", 3)
    one.send(key)
    one.wait(lambda: word in one.screen(), word)
    one.signal(signal.SIGTERM)
    one.wait(lambda: one.state == "ended", "the end")
    one.settle()
    assert one.exit_code == 128 + signal.SIGTERM and one.left_behind() == []
    assert staged_files(store) == [] and foreign_store.check(store) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_before_the_first_frame(program, store, number):
    """ncurses takes these signals itself where nobody has, and ends the process by them with half of its modes set."""
    for _ in range(10):
        with PseudoTerminal(program.command("browse", store=store), environment(program.home)) as one:
            one.wait(lambda: one.received, "the first byte")
            one.signal(number)
            one.wait(lambda: one.state == "ended", "the end")
            one.settle()
            assert one.exit_code == 128 + number and one.left_behind() == []


def test_a_storm_of_sizes(pseudo, store):
    one = pseudo(store, "--slot", 3)
    for turn in range(300):
        one.set_window(40 + turn * 7 % 200, 10 + turn * 3 % 60)
        one.pump(0)
    one.resize(100, 30)
    one.send("\x0c")
    one.wait(lambda: one.screen().selected == 3 and "? help" in one.screen().lines[-1], "the picture of the last size")
    assert len(one.screen().lines) == 30
    answers(one)
    leave(one)


# What a shell is for a moment before it has the terminal, and again after it: what is typed then becomes a signal to
# the browser.
WITHOUT_THE_TERMINAL = """#!{python}
import os, signal
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
os.tcsetpgrp(0, os.getpgid(os.getppid()))
print("not yet", flush=True)
os.read(os.open({fifo!r}, os.O_RDONLY), 1)
"""


def test_keys_that_make_signals_before_a_shell_has_the_terminal(pseudo, store, folder):
    shell, fifo = folder / "shell", folder / "fifo"
    os.mkfifo(fifo)
    shell.write_text(WITHOUT_THE_TERMINAL.format(python=sys.executable, fifo=str(fifo)))
    shell.chmod(0o755)
    one = pseudo(store, SHELL=str(shell))
    one.send("!")
    one.wait(lambda: "not yet" in one.screen(), "the shell")
    for key, echo in ((b"\x03", "^C"), (b"\x1c", "^\\"), (b"\x1a", "^Z")):
        one.send(key)
        one.wait(lambda: echo in one.screen(), echo)
    fifo.write_bytes(b"\n")
    one.wait(lambda: one.is_taken, "the browser")
    answers(one)
    leave(one)


def test_stopped_and_continued_by_others(pseudo, store):
    """SIGSTOP leaves no time to give the terminal back; after SIGCONT all is drawn again, in whatever size it is."""
    one = pseudo(store, "--slot", 3)
    for width, height in ((100, 30), (60, 15), (140, 40)):
        one.signal(signal.SIGSTOP)
        one.wait(lambda: one.state == "stopped", "the stop")
        one.emulator.reset()
        one.resize(width, height)
        one.foreground()
        one.wait(lambda: one.screen().selected == 3 and "? help" in one.screen().lines[-1], "all of the screen")
        answers(one)
    leave(one)


def test_a_flood_of_keys_is_answered(pseudo, store):
    """A key held down for minutes: all are taken in, and none of them waits for a frame of its own."""
    one = pseudo(store)
    one.send("j" * 2_000 + "g" + "k" * 2_000)
    answers(one)
    assert one.screen().selected == one.screen().slots[0]
    leave(one)
