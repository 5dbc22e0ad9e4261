"""Running the built program as a user does, and looking at what it leaves behind."""

import contextlib
import json
import os
import resource
import select
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534


@dataclass
class Result:
    """What a finished command left: exit code, standard output and standard error."""
    code: int
    out: str
    err: str

    @property
    def json(self):
        """Standard output as the one JSON document that it must be; NaN and Infinity are not JSON."""
        return json.loads(self.out, parse_constant=_no_constant)

    def ok(self):
        """This result, after checking that the command says it worked."""
        assert self.code == 0, f"exit code {self.code}\n{self.err}{self.out}"
        return self


def _no_constant(word):
    raise ValueError(f"{word} is not JSON")


def environment(home, **changes):
    """The whole environment of a command: nothing of the tester's own gets in. None takes a variable away."""
    variables = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8", "TERM": "xterm-256color"}
    variables.update({name: str(value) for name, value in changes.items() if value is not None})
    for name in (name for name, value in changes.items() if value is None):
        variables.pop(name, None)
    return variables


@dataclass
class Program:
    """The program, its home folder, and how to run it."""
    path: Path
    home: Path

    def command(self, *arguments, store=None):
        """The words of a command line."""
        options = ["--store", str(store)] if store is not None else []
        return [str(self.path), *options, *map(str, arguments)]

    def popen(self, *arguments, store=None, env=None, file_size_limit=None, as_nobody=False, **options):
        """A started command. Limits hold for it alone; as nobody only where the tests run as root."""
        def limit():
            if file_size_limit is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (file_size_limit, file_size_limit))

        if as_nobody and os.getuid() == 0:
            options.update(user=NOBODY, group=NOBODY, extra_groups=[])
        return subprocess.Popen(
            self.command(*arguments, store=store), env=environment(self.home, **(env or {})), text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            preexec_fn=limit if file_size_limit is not None else None, **options)

    def run(self, *arguments, store=None, timeout=120, **options):
        """Runs a command to its end."""
        with self.popen(*arguments, store=store, **options) as process:
            try:
                out, err = process.communicate(timeout=timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                out, err = process.communicate()
                raise AssertionError(f"{arguments} still runs after {timeout} s\n{out}{err}") from None
        return Result(process.returncode, out, err)


def pause():
    """Lets other processes run for a moment; only for loops that wait for an event with a deadline."""
    select.select([], [], [], 0.02)


def wait_until(condition, what, deadline=30):
    """Waits for a condition that another process brings about; gives what it returned."""
    end = time.monotonic() + deadline
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < end, f"{what}: not within {deadline} s"
        pause()


def assert_refused(result, *words, code=2):
    """One clear line on standard error that says what and why, the right exit code, and nothing else."""
    assert result.code == code, f"exit code {result.code}, not {code}\n{result.err}{result.out}"
    assert result.out == "", f"unasked for on standard output: {result.out!r}"
    lines = result.err.strip("\n").split("\n")
    assert len(lines) == 1 and lines[0].strip(), f"not one line:\n{result.err}"
    for word in words:
        assert str(word).lower() in lines[0].lower(), f"{word!r} is not in: {lines[0]}"
    assert_no_trace(result.err)


def assert_usage(result, *words):
    """A command line that makes no sense: exit code 64, and a message that holds `words`."""
    assert result.code == 64, f"exit code {result.code}, not 64\n{result.err}{result.out}"
    assert result.out == ""
    for word in words:
        assert str(word).lower() in result.err.lower(), f"{word!r} is not in:\n{result.err}"
    assert_no_trace(result.err)


def assert_no_trace(text):
    for word in ("Fatal error", "Stack dump", "Crash", "at /", "Swift runtime", "\x1b"):
        assert word not in text, f"{word!r} in:\n{text}"


def contents(folder):
    """Every file below a folder with its kind, size and bytes: to see that nothing has changed."""
    found = {}
    for path in sorted(Path(folder).rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = ("link", os.readlink(path))
        elif path.is_dir():
            found[name] = ("folder",)
        else:
            found[name] = ("file", path.read_bytes())
    return found


def staged_files(store):
    """What lies in wal/ beside the lock: files being written, or left by the dead."""
    with contextlib.suppress(FileNotFoundError):
        return sorted(path.name for path in (Path(store) / "wal").iterdir() if path.name != "lock")
    return []
