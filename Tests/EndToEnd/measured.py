"""Running a command and measuring it: how long it took, and the most memory it ever had."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

from program import Result, environment

MB = 1 << 20

# Linux counts a process's memory from before its exec: under pytest that would be pytest's own. So a small
# process, which holds nothing yet, starts the command and asks for its memory.
LAUNCHER = """
import os, sys
report = int(sys.argv[1])
child = os.fork()
if child == 0:
    os.close(report)
    os.execv(sys.argv[2], sys.argv[2:])
_, status, usage = os.wait4(child, 0)
os.write(report, b"%d %d" % (os.waitstatus_to_exitcode(status), usage.ru_maxrss))
"""


@dataclass
class Measured(Result):
    """A finished command, the seconds it took, and the bytes of memory it had at most (0 where nobody asked)."""
    seconds: float
    memory: int


def measured(program, *arguments, store=None, timeout=5, memory=False, **options):
    """Runs a command to its end. A negative exit code is the signal that killed it."""
    words = program.command(*arguments, store=store)
    reading, writing = os.pipe()
    if memory:
        words = [sys.executable, "-I", "-S", "-c", LAUNCHER, str(writing), *words]
        options["pass_fds"] = [writing]
    begin = time.monotonic()
    with subprocess.Popen(words, env=environment(program.home), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, start_new_session=True, **options) as process:
        os.close(writing)
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise AssertionError(f"still runs after {timeout} s") from None
    seconds = time.monotonic() - begin
    with open(reading, "rb") as report:
        code, kilobytes = map(int, report.read().split() if memory else (process.returncode, 0))
    # What is no UTF-8 shows as an escape, which no assertion takes for a right answer.
    return Measured(code, out.decode(errors="backslashreplace"), err.decode(errors="backslashreplace"), seconds,
                    kilobytes * 1024)
