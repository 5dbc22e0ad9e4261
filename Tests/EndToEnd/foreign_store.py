#!/usr/bin/env python3
"""A store as another program writes and reads it: numpy, sqlite3 and json, and nothing of Slotscope.

    foreign_store.py write DIR [--llm 20] [--cnn 10] [--timestamps t|space] [--fault KIND:SLOT]...
    foreign_store.py check DIR

`write` makes CNN slots 0, 1, … and after them LLM slots, with the numbers that the `reference` preset gives.
`check` reads a store the way a Python user does and prints what is wrong with it; it exits with 1 if anything is.
FORMAT.md describes what both rely on.
"""

import argparse
import datetime
import hashlib
import json
import os
import random
import sqlite3
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

SCHEMA = """
CREATE TABLE IF NOT EXISTS contexts (
    slot_id INTEGER PRIMARY KEY,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    model_type TEXT,
    weight_file TEXT,
    weight_shape TEXT,
    weight_dtype TEXT,
    config_json TEXT,
    metadata_json TEXT,
    checksum TEXT,
    size_bytes INTEGER DEFAULT 0
);
CREATE TABLE IF NOT EXISTS metadata (key TEXT PRIMARY KEY, value TEXT);
"""

SHARED_COLUMNS = (
    "slot_id", "created_at", "updated_at", "model_type", "weight_file", "weight_shape",
    "weight_dtype", "config_json", "metadata_json", "checksum", "size_bytes",
)

LLM_CONFIG = {"temperature": 0.7, "top_p": 0.9, "max_tokens": 2048, "learning_rate": 0.001}
CNN_CONFIG = {"kernel_size": 3, "stride": 1, "padding": 1, "activation": 0}


# ---------------------------------------------------------------------- the reference generators

def llm_weights(slot):
    """100 + 50 · slot values, uniform in (-1, 1), from CPython's generator seeded with slot · 12345."""
    generator = random.Random(slot * 12345)
    return np.array([generator.uniform(-1, 1) for _ in range(100 + 50 * slot)], dtype=np.float64)


def cnn_layer_sizes(slot):
    """The size of each of the 4 + slot layers: 64 at first, doubled after every even layer but the last."""
    layers = 4 + slot
    sizes, size = [], 64
    for layer in range(layers):
        sizes.append(size)
        if layer % 2 == 0 and layer < layers - 1:
            size *= 2
    return sizes


def cnn_weights(slot):
    """Per layer size · 9 weights and one bias, uniform in (-0.5, 0.5), seeded with slot · 67890."""
    generator = random.Random(slot * 67890)
    count = sum(size * 9 + 1 for size in cnn_layer_sizes(slot))
    return np.array([generator.uniform(-0.5, 0.5) for _ in range(count)], dtype=np.float64)


def llm_context(slot):
    """Weights, config and metadata of an LLM slot."""
    metadata = {"model_type": "LLM", "model_path": f"models/llm_{slot}", "slot_index": str(slot)}
    return llm_weights(slot), dict(LLM_CONFIG), metadata


def cnn_context(slot):
    """Weights, config and metadata of a CNN slot."""
    metadata = {"model_type": "CNN", "model_path": f"models/cnn_{slot}", "slot_index": str(slot),
                "layer_count": str(4 + slot)}
    return cnn_weights(slot), dict(CNN_CONFIG), metadata


# ---------------------------------------------------------------------- writing

def md5(array):
    """What `checksum` holds: the MD5 of the elements in C order."""
    return hashlib.md5(array.tobytes()).hexdigest()


def slot_file(store, slot):
    """Where the current weights of a slot are found under their well-known name."""
    return Path(store) / "slots" / f"{slot:08d}.npy"


def open_index(store):
    """Opens the index of a store, and makes a store where there is none."""
    store = Path(store)
    for folder in ("slots", "wal"):
        (store / folder).mkdir(parents=True, exist_ok=True)
    index = sqlite3.connect(store / "index.db", timeout=30)
    index.execute("PRAGMA journal_mode=WAL")
    index.executescript(SCHEMA)
    index.execute("INSERT OR REPLACE INTO metadata(key, value) VALUES ('schema_version', '1')")
    index.commit()
    return index


def write_slot(store, slot, weights, config, metadata, timestamps="t"):
    """Saves one slot as FORMAT.md asks of other programs: a new file renamed into place, then the row."""
    index = open_index(store)
    try:
        target = slot_file(store, slot)
        staged = target.with_name(f".{target.name}.{os.getpid()}")
        with open(staged, "wb") as file:
            np.save(file, weights)
            file.flush()
            os.fsync(file.fileno())
        os.replace(staged, target)

        now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
        updated = now.isoformat(timespec="microseconds") if timestamps == "t" else f"{now:%Y-%m-%d %H:%M:%S}"
        row = {
            "slot_id": slot,
            "updated_at": updated,
            "model_type": metadata.get("model_type", "Unknown"),
            "weight_file": str(target.absolute()),
            "weight_shape": json.dumps(list(weights.shape)),
            "weight_dtype": str(weights.dtype),
            "config_json": json.dumps(config),
            "metadata_json": json.dumps(metadata),
            "checksum": md5(weights),
            "size_bytes": weights.nbytes,
        }
        names = ", ".join(row)
        marks = ", ".join("?" * len(row))
        index.execute(f"INSERT OR REPLACE INTO contexts ({names}) VALUES ({marks})", list(row.values()))
        index.commit()
    finally:
        index.close()


def write_store(store, llm=20, cnn=10, timestamps="t"):
    """A store of `cnn` CNN slots (0, 1, …) and `llm` LLM slots (the numbers after them)."""
    open_index(store).close()
    for slot in range(cnn):
        write_slot(store, slot, *cnn_context(slot), timestamps=timestamps)
    for slot in range(cnn, cnn + llm):
        write_slot(store, slot, *llm_context(slot), timestamps=timestamps)


# ---------------------------------------------------------------------- faults, made on purpose

def flip_bit(store, slot, from_end=1):
    """Changes one bit of the data, `from_end` bytes before the end; size and header stay right."""
    path = slot_file(store, slot).resolve()
    mode = path.stat().st_mode
    path.chmod(mode | 0o200)
    with open(path, "r+b") as file:
        file.seek(-from_end, os.SEEK_END)
        byte = file.read(1)[0]
        file.seek(-from_end, os.SEEK_END)
        file.write(bytes([byte ^ 0x10]))
    path.chmod(mode)


def remove_file(store, slot):
    """Removes the weights and leaves the row."""
    path = slot_file(store, slot)
    path.resolve().unlink()
    path.unlink(missing_ok=True)


def truncate_file(store, slot, by=8):
    """Cuts the last bytes off the weights."""
    path = slot_file(store, slot).resolve()
    os.truncate(path, path.stat().st_size - by)


def update_row(store, slot, **values):
    """Changes columns of a row behind everyone's back."""
    index = open_index(store)
    try:
        for column, value in values.items():
            index.execute(f"UPDATE contexts SET {column} = ? WHERE slot_id = ?", (value, slot))
        index.commit()
    finally:
        index.close()


def nan_config(store, slot):
    """Config as Python's json writes what is no JSON: NaN and the infinities."""
    config = {"temperature": float("nan"), "top_p": float("inf"), "learning_rate": float("-inf"), "max_tokens": 1}
    update_row(store, slot, config_json=json.dumps(config))


def space_timestamps(store, slot):
    """Time stamps in SQLite's own form, with a space and no fraction."""
    update_row(store, slot, created_at="2026-11-23 08:00:00", updated_at="2026-11-23 08:00:00")


FAULTS = {
    "flip": flip_bit,
    "missing": remove_file,
    "truncated": truncate_file,
    "nan": nan_config,
    "space": space_timestamps,
}


# ---------------------------------------------------------------------- reading

@dataclass
class Slot:
    """What a Python user gets out of one row and its file."""
    slot_id: int
    row: dict
    weights: np.ndarray
    config: dict
    metadata: dict


def rows(store):
    """The shared columns of every row, by slot; opens the index for reading only."""
    index = sqlite3.connect(f"{(Path(store) / 'index.db').absolute().as_uri()}?mode=ro", uri=True, timeout=30)
    try:
        found = index.execute(f"SELECT {', '.join(SHARED_COLUMNS)} FROM contexts ORDER BY slot_id")
        return {values[0]: dict(zip(SHARED_COLUMNS, values)) for values in found}
    finally:
        index.close()


def read_slot(store, slot):
    """One slot by its well-known file name, mapped rather than read; raises KeyError where there is none."""
    row = rows(store)[slot]
    weights = np.load(slot_file(store, slot), mmap_mode="r", allow_pickle=False)
    return Slot(slot, row, weights, json.loads(row["config_json"]), json.loads(row["metadata_json"]))


def check(store):
    """What is wrong with a store, one line each; nothing where all is well."""
    problems = []
    for slot, row in rows(store).items():
        try:
            weights = read_slot(store, slot).weights
        except (OSError, ValueError) as error:
            problems.append(f"slot {slot}: {error}")
            continue
        if md5(weights) != row["checksum"]:
            problems.append(f"slot {slot}: checksum is {md5(weights)}, the row says {row['checksum']}")
        if list(weights.shape) != json.loads(row["weight_shape"]):
            problems.append(f"slot {slot}: shape is {list(weights.shape)}, the row says {row['weight_shape']}")
        if str(weights.dtype) != row["weight_dtype"] and weights.dtype != np.dtype("V2"):
            problems.append(f"slot {slot}: dtype is {weights.dtype}, the row says {row['weight_dtype']}")
        if weights.nbytes != row["size_bytes"]:
            problems.append(f"slot {slot}: {weights.nbytes} bytes, the row says {row['size_bytes']}")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    write = commands.add_parser("write", help="make a store")
    write.add_argument("directory")
    write.add_argument("--llm", type=int, default=20, metavar="N")
    write.add_argument("--cnn", type=int, default=10, metavar="N")
    write.add_argument("--timestamps", choices=("t", "space"), default="t")
    write.add_argument("--fault", action="append", default=[], metavar="KIND:SLOT", help=f"one of {', '.join(FAULTS)}")
    commands.add_parser("check", help="read a store and say what is wrong").add_argument("directory")
    options = parser.parse_args()

    if options.command == "check":
        problems = check(options.directory)
        print("\n".join(problems) or f"{len(rows(options.directory))} slots, all as their rows say")
        return 1 if problems else 0
    write_store(options.directory, options.llm, options.cnn, options.timestamps)
    for fault in options.fault:
        kind, slot = fault.split(":")
        FAULTS[kind](options.directory, int(slot))
    return 0


if __name__ == "__main__":
    sys.exit(main())
