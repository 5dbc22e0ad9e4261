"""Rows of the index, and the contexts that they describe."""

import hashlib
import json
import os
import random
import sqlite3

import numpy as np

import foreign_store

from .measuring import compare, inside, timed


def loading(program, folder):
    """One context, row and mapped weights: one array, and a model of 161 named tensors."""
    store = folder / "load"
    program.run("build", "cnn", 5, store=store).ok()
    program.run("build", "cnn", 0, "--preset", "resnet50", store=store, timeout=600).ok()
    index = sqlite3.connect(store / "index.db")
    names = "weight_file, config_json, metadata_json, tensors_json"

    def in_python(slot):
        row = index.execute(f"SELECT {names} FROM contexts WHERE slot_id = ?", (slot,)).fetchone()
        json.loads(row[1]), json.loads(row[2]), json.loads(row[3] or "null")
        np.load(store / row[0], mmap_mode="r")

    for slot, what in ((5, "one array"), (0, "161 tensors")):
        theirs, ours = [], []
        for _ in range(5):
            theirs += [timed(lambda: in_python(slot)) for _ in range(400)]
            ours += inside("load", store, slot, 400)
        compare(f"load by map, row included: {what}", ours, "sqlite3 + json + np.load(mmap_mode='r')", theirs,
                "twice as fast", wanted_ratio=2)


def million_rows(program, folder, count):
    """One row, and a hundred of a type, out of a million."""
    store = folder / "million"
    index = foreign_store.open_index(store)
    config, metadata = json.dumps(foreign_store.LLM_CONFIG), json.dumps({"model_type": "LLM", "model_path": "m"})
    rows = ((slot, "2026-11-23 08:00:00", f"2026-11-{1 + slot % 28:02}T08:00:00.{slot % 1000000:06}",
             "CNN" if slot % 3 == 0 else "LLM", f"slots/{slot:08d}.npy", "[100]", "float64", config, metadata,
             hashlib.md5(str(slot).encode()).hexdigest(), 800) for slot in range(count))
    index.executemany(f"INSERT INTO contexts VALUES ({', '.join('?' * 11)})", rows)
    index.commit()
    index.close()
    # A first save brings the store to Slotscope's own schema, with its indexes.
    np.save(folder / "small.npy", np.zeros(100))
    program.run("import", folder / "small.npy", "--slot", count, store=store, timeout=600).ok()

    index = sqlite3.connect(store / "index.db")
    chosen = random.Random(1)

    def one():
        found = index.execute("SELECT * FROM contexts WHERE slot_id = ?", (chosen.randrange(count),)).fetchone()
        return json.loads(found[7]), json.loads(found[8])

    def hundred():  # by the index that the store has for it
        moment = "ifnull(replace(updated_at, ' ', 'T'), '')"
        return index.execute(f"SELECT * FROM contexts WHERE ifnull(model_type, 'Unknown') = 'LLM' "
                             f"ORDER BY {moment} DESC, slot_id DESC LIMIT 100").fetchall()

    one_theirs, one_ours, hundred_theirs, hundred_ours = [], [], [], []
    for _ in range(5):
        one_theirs += [timed(one) for _ in range(2000)]
        one_ours += inside("metadata", store, count, 2000)
        hundred_theirs += [timed(hundred) for _ in range(100)]
        hundred_ours += inside("list", store, "LLM", 100, 100)
    compare(f"metadata of one slot of {count:,}", one_ours, "Python's sqlite3 + json", one_theirs, "faster, under 0.2 ms",
            wanted_ratio=1, limit=0.0002)
    compare(f"list 100 of a type of {count:,}", hundred_ours, "Python's sqlite3, same index", hundred_theirs,
            "faster, under 0.2 ms", wanted_ratio=1, limit=0.0002)


def states(program, folder, count=100_000):
    """The integrity of many rows, each a look at its file and at its link."""
    store = folder / "states"
    program.run("build", "llm", 0, store=store).ok()
    whole = next((store / "revisions").iterdir()).read_bytes()
    index = sqlite3.connect(store / "index.db")
    columns = [column[1] for column in index.execute("PRAGMA table_info(contexts)")]
    first = dict(zip(columns, index.execute("SELECT * FROM contexts").fetchone()))
    rows = []
    for slot in range(1, count):
        name = f"revisions/{slot:08d}.r1.00000000.npy"
        (store / name).write_bytes(whole)
        (store / "slots" / f"{slot:08d}.npy").symlink_to(f"../{name}")
        rows.append(tuple({**first, "slot_id": slot, "weight_file": name}[column] for column in columns))
    index.executemany(f"INSERT INTO contexts VALUES ({', '.join('?' * len(columns))})", rows)
    index.commit()
    index.close()
    paths = [str(store / row[columns.index("weight_file")]) for row in rows]
    theirs = [timed(lambda: [os.lstat(path) for path in paths]) for _ in range(3)]
    compare(f"integrity of {count:,} rows", inside("states", store, 3), "os.lstat of each file", theirs, "under 1 s", limit=1)
