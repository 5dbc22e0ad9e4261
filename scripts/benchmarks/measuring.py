"""Timing both sides of a row, and the table of the rows."""

import json
import os
import select
import statistics
import subprocess
import sys
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
BUILT = Path(os.environ.get("SLOTSCOPE_BUILT", REPOSITORY / ".build/release"))
results = []


def timed(work):
    """Seconds that one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def inside(*words):
    """Seconds of each repetition, as slotscope-bench measured them."""
    done = subprocess.run([BUILT / "slotscope-bench", *map(str, words)], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)["seconds"]


def duration(seconds):
    for factor, unit in ((1e6, "µs"), (1e3, "ms")):
        if seconds * factor < 1000:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds:.3g} s"


def row(what, ours, alternative, theirs, goal, met):
    """Notes a line of the table, and shows it at once on standard error."""
    results.append((what, ours, alternative, theirs, goal, "yes" if met else "NO"))
    print(" · ".join(results[-1]), file=sys.stderr)


def compare(what, ours, alternative, theirs, goal, wanted_ratio=None, limit=None):
    """A row of two lists of seconds: a ratio that is wanted, or a limit in seconds."""
    mine, other = statistics.median(ours), statistics.median(theirs)
    met = (wanted_ratio is None or other / mine >= wanted_ratio) and (limit is None or mine <= limit)
    row(what, duration(mine), alternative, f"{duration(other)} ({other / mine:.3g} ×)", goal, met)


def peak_memory(process):
    """The most memory beyond mapped files that a process has until it ends."""
    peak = 0
    while process.poll() is None:
        try:
            status = Path(f"/proc/{process.pid}/status").read_text()
        except (FileNotFoundError, ProcessLookupError):
            break
        peak = max([peak, *(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("RssAnon"))])
        select.select([], [], [], 0.01)
    process.communicate()
    return peak
