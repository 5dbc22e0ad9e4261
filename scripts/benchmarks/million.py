#!/usr/bin/env python3
"""A store with a million rows, as a Python program writes them and Slotscope then indexes them.

    scripts/benchmarks/million.py PROGRAM DIR [COUNT]

Weight files are there for the slots that any order begins or ends with, as far as one scrolls: a million files would
take longer than all that is measured.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Tests" / "EndToEnd"))

import foreign_store
from program import Program

FAMILIES = ["gpt2", "resnet50", "tinyllama", "bert-base", "vgg16", "mobilenet", "whisper", "reference", "adapter", "vit"]
#: how many slots from each end of an order have files
REACH = 300


def model_type(slot):
    return "CNN" if slot % 3 == 0 else "Audio" if slot % 50 == 1 else "LLM"


def name(slot):
    """Unlike numbers, families of names, and one needle: `needle-777` for slot 777."""
    return "needle-777" if slot == 777 else f"{FAMILIES[slot * 7919 % len(FAMILIES)]}-{slot * 104_729 % 999_983:06}"


def length(slot):
    """Elements of its weights: what sizes are sorted by."""
    return 100 + slot * 7919 % 4001


def make(program, store, count=1_000_000):
    """Writes the store; the slot `count` is one of Slotscope's own."""
    index = foreign_store.open_index(store)

    def rows():
        for slot in range(count):
            minute, second = divmod(slot, 60)
            hour, minute = divmod(minute, 60)
            day, hour = divmod(hour, 24)
            metadata = {"model_type": model_type(slot), "name": name(slot), "model_path": f"models/{name(slot)}"}
            yield (slot, "2026-11-01 08:00:00", f"2026-11-{1 + day:02}T{hour:02}:{minute:02}:{second:02}.{slot % 1_000_000:06}",
                   model_type(slot), f"slots/{slot:08d}.npy", f"[{length(slot)}]", "float64",
                   json.dumps(foreign_store.LLM_CONFIG), json.dumps(metadata),
                   hashlib.md5(np.full(length(slot), slot % 97, np.float64).tobytes()).hexdigest() if slot in filed
                   else f"{slot:032x}", 8 * length(slot))

    by_order = [range(count), sorted(range(count), key=lambda slot: (length(slot), slot)),
                sorted(range(count), key=lambda slot: (name(slot), slot)), range(0, count, 3), range(1, count, 50),
                [slot for slot in range(min(count, 2 * REACH)) if model_type(slot) == "LLM"], [777]]
    filed = {slot for order in by_order for slot in [*order[:REACH], *order[-REACH:]]}
    for slot in filed:
        np.save(foreign_store.slot_file(store, slot), np.full(length(slot), slot % 97, np.float64))
    index.executemany(f"INSERT INTO contexts VALUES ({', '.join('?' * 11)})", rows())
    index.commit()
    index.close()
    # A first save brings the store to Slotscope's own schema, with its indexes.
    program.run("build", "llm", count, store=store, timeout=600).ok()
    return store


if __name__ == "__main__":
    home = Path(sys.argv[2]).resolve().parent
    make(Program(Path(sys.argv[1]).resolve(), home), Path(sys.argv[2]), *map(int, sys.argv[3:]))
