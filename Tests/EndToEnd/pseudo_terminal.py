"""A terminal inside the test: a pseudo-terminal with a state machine of a terminal behind it, and a shell's job control.

tmux is nearer to what people use; this one sees every byte that the program sends, takes ten thousand keys in
seconds, and knows at any moment whether the program has been stopped.
"""

import contextlib
import fcntl
import os
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time

import codecs
import pyte

from screens import Screen

# What a shell does for a job: a process group of its own that has the terminal, which the shell takes back when the
# job stops or ends. It says so on one pipe, and waits on another until the job may go on (`fg`).
LAUNCHER = """
import fcntl, os, signal, sys, termios
report, orders = map(int, sys.argv[1:3])
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
ours = (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)
for number in ours:
    signal.signal(number, signal.SIG_IGN)
job = os.fork()
if job == 0:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpid())
    for number in ours:
        signal.signal(number, signal.SIG_DFL)
    os.execvp(sys.argv[3], sys.argv[3:])
os.write(report, b"started %d\\n" % job)
while True:
    _, status = os.waitpid(job, os.WUNTRACED)
    os.tcsetpgrp(0, os.getpgrp())
    if os.WIFSTOPPED(status):
        os.write(report, b"stopped 0\\n")
    else:
        os.write(report, b"ended %d\\n" % os.waitstatus_to_exitcode(status))
    if not os.read(orders, 1):
        break
    os.tcsetpgrp(0, job)
    os.killpg(job, signal.SIGCONT)
"""

ESCAPE = "\x1b"
#: private modes that the browser may switch: cursor keys, wrapping, blinking and hidden cursor, mouse, the other
#: screen, bracketed paste; and insert mode, which is none of the private ones
MODES = {"1", "7", "12", "25", "1000", "1002", "1006", "1049", "2004"}
SEQUENCE = re.compile(
    r"\x1b\[(?P<private>[?>]?)(?P<numbers>[\d;]*)(?P<final>[@-~])"
    r"|\x1b[()][0AB]|\x1b[=>78M]|\x1b\]52;c;(?P<clipboard>[A-Za-z0-9+/=]*)\x07|\x1b\]104\x07")
#: may be the beginning of one
UNFINISHED = re.compile(r"\x1b(?:[()]|\[[?>]?[\d;]*|\](?:1|10|104|5|52|52;|52;c|52;c;[A-Za-z0-9+/=]*)?)?$")
#: control characters of both sets, and what reverses the direction of text
FORBIDDEN = re.compile("[\x00-\x07\x0b-\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Output:
    """Everything that the program sends, checked as it comes: a terminal must be able to trust it."""

    def __init__(self):
        self._decode = codecs.getincrementaldecoder("utf-8")(errors="strict").decode
        self._rest = ""
        self.clipboard = None
        self.clears = 0

    def take(self, data):
        """Raises AssertionError at the first thing that no program of ours sends to a terminal."""
        text = self._rest + self._decode(data)
        self._rest = ""
        if found := UNFINISHED.search(text):
            assert len(found[0]) < 1 << 20, "a sequence without an end"
            text, self._rest = text[:found.start()], found[0]
        for number, part in enumerate(re.split(r"(?=\x1b)", text)):
            if part.startswith(ESCAPE):
                found = SEQUENCE.match(part)
                assert found, f"sent to the terminal: {part[:60]!r}"
                self._look_at(found)
                part = part[found.end():]
            bad = FORBIDDEN.search(part)
            assert not bad, f"sent to the terminal: {part[max(0, bad.start() - 30):bad.end() + 30]!r}"

    def _look_at(self, found):
        if found["clipboard"] is not None:
            self.clipboard = found["clipboard"]
        if found["final"] is None:
            return
        numbers, final = found["numbers"].split(";"), found["final"]
        if final in ("h", "l") and found["private"] == "?":
            assert set(numbers) <= MODES, f"switches {found[0]!r}"
        elif final == "m":
            colours = re.sub(r"[34]8;5;\d+", "", found["numbers"])
            assert not {"5", "6", "8"} & set(colours.split(";")), f"blinking or hidden text: {found[0]!r}"
        elif final == "t":
            assert numbers[0] in ("22", "23"), f"moves the window: {found[0]!r}"
        elif final == "J":
            self.clears += 1
        else:
            assert final in "@ABCDGHIKLMPSTXZbdfhlr", f"sends {found[0]!r}"


class Emulator(pyte.Screen):
    """pyte's terminal, with the repetition that xterm has and ncurses uses."""

    def repeat(self, count=1, **_):
        if self._last:
            self.draw(self._last * (count or 1))

    _last = ""

    def draw(self, data):
        self._last = data[-1]
        super().draw(data)


class Stream(pyte.ByteStream):
    csi = {**pyte.ByteStream.csi, "b": "repeat"}
    events = pyte.ByteStream.events | {"repeat"}


class PseudoTerminal:
    """A program in a terminal. A context manager: leaving it ends what it started. `listener` gets all that it sends."""

    def __init__(self, command, env, width=140, height=40, folder=None, listener=None):
        self._listener = listener
        self.width, self.height = width, height
        self.main, self._side = os.openpty()
        self.set_window(width, height)
        self.before = termios.tcgetattr(self.main)
        #: None for terminals of other kinds, whose sequences this one does not know
        self.output = Output() if env.get("TERM") == "xterm-256color" else None
        #: bytes that have come from the program
        self.received = 0
        self.emulator = Emulator(width, height)
        self._modes = set(self.emulator.mode)
        self._stream = Stream(self.emulator)
        #: `started`, `stopped` or `ended`
        self.state, self.pid, self.exit_code = None, None, None
        self._reports, reports = os.pipe()
        orders, self._orders = os.pipe()
        self._launcher = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", LAUNCHER, str(reports), str(orders), *map(str, command)], env=env,
            stdin=self._side, stdout=self._side, stderr=self._side, cwd=folder, start_new_session=True,
            pass_fds=[reports, orders])
        os.close(reports)
        os.close(orders)
        os.set_blocking(self.main, False)
        self.wait(lambda: self.state, "the program to start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends the program if it still runs, and closes the terminal."""
        if self.state != "ended" and self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        self._launcher.kill()
        self._launcher.wait()
        for descriptor in (self.main, self._side, self._reports, self._orders):
            with contextlib.suppress(OSError):
                os.close(descriptor)

    # ------------------------------------------------------------------ what a person does

    def send(self, data):
        """Types bytes, however long the program takes to read them; reads what it sends meanwhile."""
        data = data.encode() if isinstance(data, str) else data
        end = time.monotonic() + 20
        while data and self.state == "started":
            assert time.monotonic() < end, "the program does not read its keys"
            try:
                data = data[os.write(self.main, data):]
            except BlockingIOError:
                self.pump(0.05)

    def set_window(self, width, height):
        """Tells the kernel of another size, which tells the program."""
        fcntl.ioctl(self.main, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def resize(self, width, height):
        """Makes the window another size."""
        self.width, self.height = width, height
        # What was drawn for the old size is still on its way: it belongs to the old window.
        self.pump(0)
        self.emulator.resize(height, width)
        self.set_window(width, height)

    def signal(self, number):
        """Sends the program a signal."""
        os.kill(self.pid, number)

    def foreground(self):
        """What `fg` does with a stopped job."""
        assert self.state == "stopped"
        self.state = "started"
        os.write(self._orders, b"f")

    def hang_up(self):
        """Closes the terminal, as a lost connection does."""
        os.close(self._side)
        os.close(self.main)

    # ------------------------------------------------------------------ what a person sees

    def pump(self, seconds):
        """Takes in what the program has sent; waits so long for it at most. Whether there was anything."""
        ready, _, _ = select.select([self.main, self._reports], [], [], seconds)
        if self.main in ready:
            with contextlib.suppress(BlockingIOError):
                data = os.read(self.main, 1 << 16)
                self.received += len(data)
                if self._listener:
                    self._listener(data)
                # While the terminal is not the program's, it echoes what is typed, whatever that is.
                if self.output and termios.tcgetattr(self.main)[3] & termios.ECHO:
                    self.output = Output()
                elif self.output:
                    self.output.take(data)
                self._stream.feed(data)
        if self._reports in ready:
            for line in os.read(self._reports, 4096).decode().splitlines():
                self.state, number = line.split()
                if self.state == "started":
                    self.pid = int(number)
                elif self.state == "ended":
                    self.exit_code = int(number)
        return bool(ready)

    def wait(self, condition, what, deadline=20):
        """Waits for a condition that the program brings about; gives what it returned."""
        end = time.monotonic() + deadline
        while not (found := condition()):
            left = end - time.monotonic()
            assert left > 0, f"{what}: not within {deadline} s\n{self.screen().text}"
            self.pump(min(left, 0.5))
        return found

    def settle(self, quiet=0.05, deadline=10):
        """Takes in all that comes until nothing has come for a while."""
        end = time.monotonic() + deadline
        while self.pump(quiet) and time.monotonic() < end:
            pass

    def screen(self):
        """The screen as it is now."""
        rows = (self.emulator.buffer[y] for y in range(self.emulator.lines))
        lines = ("".join(row[x].data for x in range(self.emulator.columns)) for row in rows)
        return Screen("".join(line.rstrip() + "\n" for line in lines))

    @property
    def is_taken(self):
        """Whether the terminal shows its second screen, as it does while the browser has it."""
        return 1049 << 5 in self.emulator.mode

    def left_behind(self):
        """What is not as it was before the program ran, or as it is while it shows its screen."""
        faults = []
        if self.emulator.mode != self._modes:
            changed = sorted(mode >> 5 or mode for mode in self.emulator.mode ^ self._modes)
            faults.append(f"modes {changed} are not as they were")
        if self.emulator.cursor.attrs != pyte.screens.Char(" "):
            faults.append(f"text would be drawn as {self.emulator.cursor.attrs}")
        if termios.tcgetattr(self.main) != self.before:
            faults.append("the terminal's settings are not as they were")
        return faults

    # ------------------------------------------------------------------ the process

    def resident_bytes(self):
        """Memory of its own that the program has in RAM, mapped files left out."""
        with open(f"/proc/{self.pid}/status") as status:
            return int(re.search(r"RssAnon:\s+(\d+) kB", status.read())[1]) * 1024

    def descriptors(self):
        """How many files it has open."""
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def threads(self):
        return len(os.listdir(f"/proc/{self.pid}/task"))
