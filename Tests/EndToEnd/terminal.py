"""A terminal to test in: tmux with a server of its own, driven by keys and read as text."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from program import pause, wait_until
from screens import Screen

CONFIGURATION = """
set -g status off
set -s escape-time 0
set -g default-terminal xterm-256color
set -s set-clipboard on
"""

# Notes the terminal's settings before and after the program, and what it exited with; then keeps the screen.
WRAPPER = """#!/bin/sh
cd {folder}
echo 'a line from before'
stty -a >stty.before
sh -c 'echo $$ >pid.new; mv pid.new pid; exec "$@"' sh {command}
echo $? >status.new
stty -a >stty.after
mv status.new status
exec cat
"""


class Terminal:
    """A program in a terminal of a given size. A context manager: leaving it ends everything it started."""

    def __init__(self, command, env, width=140, height=40):
        self.folder = Path(tempfile.mkdtemp(prefix="slotscope-tmux-", dir="/tmp"))
        (self.folder / "tmux.conf").write_text(CONFIGURATION)
        variables = [f"{name}={value}" for name, value in env.items()]
        wrapper = self.folder / "run"
        wrapper.write_text(WRAPPER.format(
            folder=shlex.quote(str(self.folder)), command=shlex.join(["env", "-i", *variables, *map(str, command)])))
        wrapper.chmod(0o755)
        try:
            self._tmux("-f", str(self.folder / "tmux.conf"), "new-session", "-d", "-s", "main",
                       "-x", str(width), "-y", str(height), str(wrapper))
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends the program if it still runs, the server, and removes its files."""
        if self.exit_status() is None and (self.folder / "pid").exists():
            try:
                os.kill(self.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self._tmux("kill-server", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _tmux(self, *words, check=True):
        variables = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": "/nonexistent", "SHELL": "/bin/sh"}
        done = subprocess.run(["tmux", "-S", str(self.folder / "socket"), *words], env=variables,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0 or not check, f"tmux {' '.join(words)}: {done.stderr}"
        return done.stdout

    def _state(self, *names):
        asked = " ".join(f"#{{{name}}}" for name in names)
        return self._tmux("display-message", "-p", "-t", "main", asked).split()

    # ------------------------------------------------------------------ what a person does

    def keys(self, *names):
        """Presses keys by tmux's names: `j`, `Down`, `Enter`, `Escape`, `C-c`, `PageDown`, `BSpace`."""
        self._tmux("send-keys", "-t", "main", *names)
        return self

    def type(self, text):
        """Types text as it is."""
        self._tmux("send-keys", "-t", "main", "-l", text)
        return self

    def resize(self, width, height):
        """Changes the size of the terminal."""
        self._tmux("resize-window", "-t", "main", "-x", str(width), "-y", str(height))
        return self

    def signal(self, number):
        """Sends the program a signal."""
        os.kill(self.pid, number)
        return self

    # ------------------------------------------------------------------ what a person sees

    def screen(self):
        """The screen as it is now."""
        return Screen(self._tmux("capture-pane", "-p", "-t", "main"))

    def escapes(self):
        """The screen as it is now, with its colours and attributes as escape sequences."""
        return self._tmux("capture-pane", "-p", "-e", "-t", "main")

    def wait(self, wanted, deadline=20):
        """Waits for the screen to be as `wanted`: text in it, a compiled pattern, or a function of the screen."""
        end = time.monotonic() + deadline
        while True:
            ended = self.exit_status()
            screen = self.screen()
            if _matches(screen, wanted):
                return screen
            if ended is not None:
                raise AssertionError(f"{wanted!r}: the program has ended with {ended}\n{screen.text}")
            if time.monotonic() > end:
                raise AssertionError(f"{wanted!r}: not within {deadline} s\n{screen.text}")
            pause()

    def record(self, path):
        """From now on keeps every byte that the program sends to the terminal in a file."""
        self._tmux("pipe-pane", "-t", "main", "-O", f"cat >{shlex.quote(str(path))}")
        return self

    def title(self):
        """The title that the terminal was last given."""
        return self._tmux("display-message", "-p", "-t", "main", "#{pane_title}")

    def wait_clipboard(self):
        """What the program asked the terminal to put on the clipboard."""
        return wait_until(lambda: self._tmux("show-buffer", check=False), "something on the clipboard")

    def left_behind(self, old_screen=True):
        """What is not as it was before the program ran; nothing where it left the terminal well.

        `old_screen=False` where the old contents can't be back: the terminal has no second screen, or was too small.
        """
        faults = []
        names = ("alternate_on", "cursor_flag", "mouse_any_flag", "keypad_flag", "keypad_cursor_flag")
        state = dict(zip(names, self._state(*names)))
        for name, right in zip(names, ("0", "1", "0", "0", "0")):
            if state[name] != right:
                faults.append(f"{name} is {state[name]}")
        before, after = ((self.folder / name).read_text() for name in ("stty.before", "stty.after"))
        size = re.compile(r"rows \d+; columns \d+;")
        if size.sub("", before) != size.sub("", after):
            faults.append(f"stty: {after}")
        if old_screen and self.screen().text.rstrip() != "a line from before":
            faults.append(f"the old screen is gone:\n{self.screen().text}")
        return faults

    # ------------------------------------------------------------------ the process

    @property
    def pid(self):
        """The program's process, which has started by the time this returns."""
        end = time.monotonic() + 20
        while not (self.folder / "pid").exists():
            assert time.monotonic() < end, "the program has not started"
            pause()
        return int((self.folder / "pid").read_text())

    def exit_status(self):
        """What the program exited with (128 + the signal that ended it), or None while it runs."""
        try:
            return int((self.folder / "status").read_text())
        except FileNotFoundError:
            return None

    def wait_exit(self, deadline=20):
        """Waits for the program to end; its exit status."""
        end = time.monotonic() + deadline
        while (status := self.exit_status()) is None:
            assert time.monotonic() < end, f"still runs after {deadline} s\n{self.screen().text}"
            pause()
        return status

    def hang_up(self):
        """Closes the terminal itself, as a lost connection does."""
        self.pid
        self._tmux("kill-server", check=False)

    def wait_gone(self):
        """Waits for the process to be gone, where nobody is left to note its exit."""
        wait_until(lambda: not Path(f"/proc/{self.pid}").exists(), "the program to end")

    def cpu_seconds(self):
        """CPU time of the program so far, threads that have ended included, as exact as the scheduler counts it."""
        # The number of another process's CPU clock, as clock_getcpuclockid(3) makes it on Linux.
        return time.clock_gettime(~self.pid << 3 | 2)

    def resident_bytes(self):
        """Memory of its own that the program has in RAM, mapped files left out."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"RssAnon:\s+(\d+) kB", status)[1]) * 1024


def _matches(screen, wanted):
    if callable(wanted):
        return wanted(screen)
    if isinstance(wanted, re.Pattern):
        return wanted.search(screen.text)
    return wanted in screen.text
