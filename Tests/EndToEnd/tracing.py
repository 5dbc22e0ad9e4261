"""Running a command under strace: which system calls it makes on the files of a store, and what a failing one does."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from program import Result, environment

#: a question mark: not every machine has the call
CALLS = ",".join(f"?{name}" for name in (
    "write", "writev", "pwrite64", "pwritev", "pwritev2", "sendfile", "copy_file_range", "ftruncate", "fsync",
    "fdatasync", "flock", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "unlink",
    "unlinkat", "mkdir", "mkdirat"))
LINE = re.compile(r"(\d+) +(?:(\w+)\((.*)|<\.\.\. (\w+) resumed>(.*))$")
SYNCS = ("fsync", "fdatasync")
WRITES = ("write", "writev", "pwrite64", "pwritev", "pwritev2", "sendfile", "copy_file_range", "ftruncate")
NAMES = ("rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "unlink", "unlinkat")


@dataclass
class Call:
    """One system call; paths are relative to the store, `.` is the store itself."""
    name: str
    #: the file that its descriptor is of, or the names that it was given
    paths: list
    thread: int
    failed: bool
    #: numbers of the lines on which it began and ended: threads overlap
    began: int
    ended: int

    @property
    def path(self):
        return self.paths[-1] if self.paths else ""

    def is_before(self, other):
        return self.ended < other.began


def strace():
    """The tool's path."""
    found = shutil.which("strace")
    assert found, "strace is not there: `scripts/setup test` installs it"
    return found


def traced(program, *words, store, inject=None, only=None):
    """Runs a command to its end; gives its result and its calls. `only` limits these and the injection to one file."""
    log = Path(store).with_name("trace")
    options = ["-y", "-s", "0", "-o", str(log), "-e", f"trace={CALLS}"]
    options += ["-e", f"inject={inject}"] if inject else []
    options += ["-P", str(only)] if only else []
    result = ended(start(program, *words, store=store, options=options))
    calls = parse(log.read_text(), Path(store))
    assert calls, f"strace has seen nothing:\n{result.err}"
    return result, calls


def injected(program, *words, store, inject):
    """A started command in which strace delays a call or kills at it, and keeps no log."""
    options = ["-o", os.devnull, "-e", f"trace={inject.split(':')[0]}", "-e", f"inject={inject}"]
    return start(program, *words, store=store, options=options)


def start(program, *words, store, options):
    return subprocess.Popen(
        [strace(), "-f", "-qq", *options, *program.command(*words, store=store)], env=environment(program.home),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process):
    """The result of a command under strace, once it has ended."""
    try:
        out, err = process.communicate(timeout=120)
    finally:
        process.kill()
    assert "strace:" not in err, f"this machine does not let strace work (is ptrace forbidden?):\n{err}"
    return Result(process.returncode, out, err)


def parse(text, store):
    """The calls of a log of `strace -f -y`, in the order in which they ended."""
    calls, unfinished = [], {}
    for number, line in enumerate(text.splitlines()):
        match = LINE.match(line)
        if not match:
            continue
        thread, began = int(match[1]), number
        name, rest = match[2] or match[4], match[3] or match[5] or ""
        if match[4]:
            start, began = unfinished.pop(thread, ("", number))
            rest = start + rest
        if rest.endswith("<unfinished ...>"):
            unfinished[thread] = rest.removesuffix("<unfinished ...>"), number
            continue
        paths = [inside for path in named(name, rest) if (inside := relative(path, store)) is not None]
        calls.append(Call(name, paths, thread, " = -1 " in rest, began, number))
    return calls


def named(name, rest):
    """The paths in the arguments of a call."""
    if name in NAMES or name.startswith("mkdir"):
        return re.findall(r'"([^"]*)"', rest)
    return re.findall(r"^\d+<([^>]*)>", rest)


def relative(path, store):
    """A path as the store sees it; None where it lies outside."""
    for base in {str(store), os.path.realpath(store)}:
        if path == base or path.startswith(base + "/"):
            return os.path.relpath(path, base)
    return path if path.startswith("../") else None
