#!/usr/bin/env python3
"""Another process that keeps changing a store: saves, deletes, restores and verifications by the program, and slots
that numpy and sqlite3 write, some with names that no terminal should obey.

    store_changer.py PROGRAM STORE SEED     until its standard input ends; one line for each change
"""

import fcntl
import os
import random
import select
import subprocess
import sys
from pathlib import Path

import numpy as np

import foreign_store
from program import NOBODY

NASTY = ["evil\x1b]0;title\x07", "\x1b[2J\x1b[H", "\x1b[5mblink", "\x9b31m", "a\nb\r\tc", "\u202eabc\u202c", "日本語のモデル",
         "e\u0301\u0301\u0301", "\x1bc", "\x1b]52;c;aGVsbG8=\x07", "x" * 500, "🦀" * 40, "\x00\x08\x7f", "\ufeff\u2028", ""]
TYPES = ["LLM", "CNN", "\x1b[7mType", "VeryLongTypeName" * 4, "型"]
SLOTS = range(16)


def write_foreign(store, chosen):
    """One slot as a Python program writes it, under the lock that FORMAT.md offers to such programs; gives the slot."""
    name, model_type = chosen.choice(NASTY), chosen.choice(TYPES)
    weights = np.frombuffer(chosen.randbytes(4 * chosen.randint(0, 3000)), np.float32).copy()
    config = {chosen.choice(NASTY): chosen.random(), "temperature": chosen.choice([0.7, float("nan"), "hot\x1b[1m"])}
    metadata = {"model_type": model_type, "name": name, chosen.choice(NASTY): chosen.choice(NASTY)}
    slot, timestamps = chosen.choice(SLOTS), chosen.choice(["t", "space"])
    with open(store / "wal" / "lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        foreign_store.write_slot(store, slot, weights, config, metadata, timestamps)
    return f"slot {slot}"


def main():
    program, store, chosen = sys.argv[1], Path(sys.argv[2]), random.Random(int(sys.argv[3]))

    if os.getuid() == 0:
        # As the browser under test. Only here: nobody may not enter every folder that Python's modules are in.
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)

    def run(*words):
        """Gives what was asked for, and what came of it where that was not asked for."""
        done = subprocess.run([program, "--store", store, *map(str, words)], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        said = f": {done.returncode}, {done.stderr.decode(errors='replace').strip()!r}" if done.returncode else ""
        return " ".join(map(str, words[1:])) + said

    def is_over():
        return bool(select.select([sys.stdin], [], [], 0)[0])

    changes = {
        "foreign": lambda: write_foreign(store, chosen),
        "build": lambda: run("build", chosen.choice(["llm", "cnn"]), chosen.choice(SLOTS[:8])),
        "preset": lambda: run("build", "llm", chosen.choice(SLOTS), "--preset", "nano", "--seed", chosen.randint(0, 9)),
        "delete": lambda: run("delete", chosen.choice(SLOTS), "--yes"),
        "restore": lambda: run("restore", chosen.choice(SLOTS)),
        "verify": lambda: run("verify", chosen.choice(SLOTS)),
    }
    while not is_over():
        change = chosen.choices(list(changes), [6, 3, 2, 3, 2, 3])[0]
        print(change, changes[change](), flush=True)


if __name__ == "__main__":
    main()
