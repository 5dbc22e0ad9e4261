"""Thousands of random keys into the real program, on a store that another process keeps changing."""

import collections
import signal
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from program import environment, staged_files
from places import as_nobody, give_away
from pseudo_terminal import PseudoTerminal
from random_keys import Keys

MB = 1 << 20
#: seconds in which a key must be answered, however busy the machine is
PATIENCE = 30
#: of one file: what a build writes is soon too large, so that it fails as on a full disk and the soak needs no room
FILE_LIMIT = 24 * MB
#: keys after which a browser's memory is looked at
WARM = 1500
#: the part of a run in which keys leave the browser; after it they don't, so that the last one lives long
LEAVING = 0.3
#: samples of half a life, below which nothing is said of it: the noise of a few is no slope
ENOUGH = 20
#: how much more a browser may come to hold in the second half of its life, however long that is: logs and caches have
#: bounds, and threads come and go
BOUNDS = {"memory": 4 * MB, "descriptors": 4, "threads": 8}
#: the shell that `!` opens: it ends at the first line that is typed into it
SHELL = "#!/bin/sh\necho 'a shell'\nhead -n 1 >/dev/null\n"


@dataclass
class Sample:
    """What a browser holds after so many keys of its life."""
    keys: int
    memory: int
    descriptors: int
    threads: int


class Soak:
    """One run. Every assertion names the seed, and the last keys that were sent."""

    def __init__(self, program, folder, seed):
        self.program, self.folder, self.seed = program, Path(folder), seed
        self.keys = Keys(seed)
        self.store, self.home = self.folder / "store", self.folder / "home"
        #: keys that were sent, and how often the program was left, stopped and asked
        self.sent, self.left, self.stopped, self.shells, self.probes = 0, 0, 0, 0, 0
        self.slowest = 0
        #: of each browser, the samples of its life
        self.lives = [[]]
        self._age = 0
        self._may_leave = True
        self._last = collections.deque(maxlen=150)
        self._terminal = self._changer = None
        self._changes = self.folder / "changes"

    def __enter__(self):
        for path in (self.home, self.home / "work"):
            path.mkdir()
        shell = self.home / "shell"
        shell.write_text(SHELL)
        shell.chmod(0o755)
        run = self.program.run
        run("build", "llm", "0-5", store=self.store).ok()
        run("build", "cnn", "6-8", store=self.store).ok()
        run("build", "cnn", "9", "--preset", "lenet5", store=self.store).ok()
        run("build", "llm", "10", "--preset", "nano", store=self.store).ok()
        for folder in (self.store, self.home):
            give_away(folder)
        # As nobody: what is typed may be a path, and a soak must not write where it pleases.
        # It ends when its standard input does, however this process ends.
        with self._changes.open("w") as log:
            self._changer = subprocess.Popen(
                [sys.executable, Path(__file__).with_name("store_changer.py"), self.program.path, self.store,
                 str(self.seed)],
                env=self._environment(), stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True)
        self._start()
        return self

    def __exit__(self, *_):
        self._stop_changer()
        self._terminal.close()

    def _stop_changer(self):
        """Lets it finish the change that it is at."""
        if not self._changer.stdin.closed:
            self._changer.stdin.close()
        try:
            self._changer.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._changer.kill()
            self._changer.wait()

    def _environment(self):
        return environment(self.home, SHELL=self.home / "shell", PYTHONDONTWRITEBYTECODE=1)

    def _start(self):
        if self._terminal:
            self._terminal.close()
        self._terminal = PseudoTerminal(
            as_nobody(["prlimit", f"--fsize={FILE_LIMIT}", *self.program.command("browse", store=self.store)]),
            self._environment(), folder=self.home / "work")
        self._age = 0
        self.lives.append([])
        one = self._terminal
        one.wait(lambda: one.is_taken and "All" in one.screen(), "the first frame", PATIENCE)

    # ------------------------------------------------------------------ the run

    def run(self, keys, burst=40):
        """Sends so many keys, however long that takes: nothing is waited for longer than patience lasts."""
        try:
            while self.sent < keys:
                self._may_leave = self.sent < keys * LEAVING
                self._burst(min(self.keys.choose(burst), keys - self.sent))
                if self.keys.choose(4) == 1:
                    self._probe()
            self._probe()
            self._quit()
        except (AssertionError, OSError) as problem:
            raise AssertionError(f"{problem}\n{self.report()}\nlast keys: {list(self._last)}") from problem
        self._stop_changer()

    def _burst(self, count):
        typed = b""
        for _ in range(count):
            kind, value = self.keys.next(self._may_leave)
            self._last.append(value)
            self.sent += 1
            self._age += 1
            if kind == "keys":
                typed += value
                continue
            self._terminal.send(typed)
            typed = b""
            self._terminal.resize(*value)
        self._terminal.send(typed)
        self._terminal.pump(0.01)
        self._answer()

    def _answer(self):
        """What a person does when the program has stopped, ended, or opened a shell."""
        one = self._terminal
        one.settle(0.005, 0.2)
        if one.state == "stopped":
            self.stopped += 1
            one.settle()
            assert one.left_behind() == [], f"stopped: {one.left_behind()}"
            one.foreground()
            # A key behind the one that stopped it may open a shell at once.
            self._answer()
        elif one.state == "ended":
            self._look_at_the_end()
            self.left += 1
            self._start()
        elif not one.is_taken:
            # A shell; or the program is about to stop or to end, and nobody has said so yet.
            self._leave_shells()
            if one.state == "started":
                self.shells += 1
            else:
                self._answer()

    def _leave_shells(self):
        """A line ends each of them; another key that waits may open the next."""
        one = self._terminal
        end = time.monotonic() + PATIENCE
        while one.state == "started" and not one.is_taken:
            assert time.monotonic() < end, f"the screen after a shell\n{one.screen().text}"
            one.send("\r")
            one.settle(0.04, 0.4)

    def _look_at_the_end(self):
        one = self._terminal
        one.settle()
        # What is typed when it has given the terminal back, and has nothing left to do, may end it as a signal.
        assert one.exit_code in (0, -signal.SIGINT, -signal.SIGQUIT), f"it ended with {one.exit_code}\n{one.screen().text}"
        assert one.left_behind() == [], f"ended: {one.left_behind()}"

    # ------------------------------------------------------------------ whether it answers

    def _probe(self):
        """Closes whatever is open, then asks for the help, and closes it."""
        self.probes += 1
        if self._terminal.width < 80 or self._terminal.height < 24:
            self._terminal.resize(80, 24)
        # Ends a paste or a sequence that was begun.
        self._terminal.send(b"\x1b[201~" + b"\x18" * 40)
        self._until("no answer", lambda: "Moving" in self._terminal.screen(),
                    lambda: "?" if "? help" in self._terminal.screen().lines[-1] else "\x1b")
        begin = time.monotonic()
        self._until("the help does not close", lambda: "Moving" not in self._terminal.screen(), lambda: "\x1b")
        self.slowest = max(self.slowest, time.monotonic() - begin)
        one = self._terminal
        if one.state == "started":
            self.lives[-1].append(Sample(self._age, one.resident_bytes(), one.descriptors(), one.threads()))

    def _until(self, problem, condition, key):
        """Presses keys until something is so. A browser may end meanwhile, by an earlier key: then it is the next one."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"{problem}\n{self._terminal.screen().text}"
            self._press(key())

    def _press(self, key):
        self._terminal.send(key)
        # Not for long: where a bar moves, the screen is never quiet.
        self._terminal.settle(0.04, 0.4)
        self._answer()

    def _quit(self):
        one = self._terminal
        end = time.monotonic() + PATIENCE
        # More than once: just behind an Esc that has not been read yet it is Alt-q.
        while one.state != "ended":
            assert time.monotonic() < end, f"no end\n{one.screen().text}"
            for key in "qy":
                one.send(key)
                one.settle(0.05, 1)
        self._look_at_the_end()

    # ------------------------------------------------------------------ what must be so afterwards

    def faults(self):
        """What is not flat, not clean or not restored."""
        faults = []
        for life in self.lives:
            faults += growth(life)
        changes = self._changes.read_text(errors="replace").splitlines()
        if self._changer.returncode != 0 or len(changes) < 5:
            faults.append(f"the changer ended with {self._changer.returncode} after {len(changes)} changes")
        # Nobody was killed: nothing is left for a repair.
        checked = self.program.run("check", store=self.store)
        if checked.code != 0:
            faults.append(f"check: {checked.out}{checked.err}")
        if staged_files(self.store):
            faults.append(f"left in wal/: {staged_files(self.store)}")
        return faults + (["the last changes:", *changes[-30:]] if faults else [])

    def report(self):
        longest = max(self.lives, key=len)
        lines = [f"seed {self.seed}: {self.sent:,} keys, {self._terminal.received:,} bytes from the last browser, "
                 f"left {self.left}, stopped {self.stopped}, shells {self.shells}, "
                 f"{self.probes} probes, the slowest {self.slowest:.2f} s"]
        for sample in longest[::max(1, len(longest) // 8)]:
            lines.append(f"{sample.keys:>7,} keys  {sample.memory / MB:5.1f} MB  {sample.descriptors} descriptors  "
                         f"{sample.threads} threads")
        if len(second_half(longest)) >= ENOUGH:
            lines.append(f"second half: memory {rise(longest, 'memory') / MB:+.2f} MB, "
                         f"{slope(longest, 'memory') / MB:+.2f} MB for each thousand keys")
        return "\n".join(lines)


def second_half(life):
    """Caches and logs have filled by then: what still grows does so for good."""
    warm = [sample for sample in life if sample.keys >= WARM]
    return warm[len(warm) // 2:]


def slope(life, name):
    """By how much something rises with each thousand keys: the median over pairs of samples half the time apart, which
    a few high ones do not move."""
    samples = second_half(life)
    apart = len(samples) // 2
    return statistics.median(
        1000 * (getattr(late, name) - getattr(early, name)) / (late.keys - early.keys)
        for early, late in zip(samples, samples[apart:]))


def rise(life, name):
    """By how much something has risen over the second half, by its slope there."""
    samples = second_half(life)
    return slope(life, name) * (samples[-1].keys - samples[0].keys) / 1000


def growth(life):
    """What goes on growing in a life; nothing where it was too short to tell."""
    if len(second_half(life)) < ENOUGH:
        return []
    return [f"{name} grew by {rise(life, name):,.1f} in the second half, {slope(life, name):,.1f} for each thousand keys"
            for name, most in BOUNDS.items() if rise(life, name) > most]
