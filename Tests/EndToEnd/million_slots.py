#!/usr/bin/env python3
"""Fills the index of a store with rows, a million by default, as real stores have them; there are no weight files.

    million_slots.py PROGRAM STORE [ROWS]

PROGRAM makes the store, so that its tables and indexes are those of the program that is looked at.
"""

import hashlib
import json
import random
import sqlite3
import subprocess
import sys
from pathlib import Path

FAMILIES = ["gpt2", "gpt2-medium", "tinyllama-1.1b", "llama-3-8b", "mistral-7b", "MiniLM-L6-v2", "bert-base", "t5-small",
            "resnet18", "resnet50", "vgg16", "alexnet", "lenet5", "efficientnet-b0", "reference", "nano"]
SUFFIXES = ["", "-lora", "-finetuned", "-distilled", "-int8", "-chat", "-instruct", "-seed", "-run", "-eval"]
TASKS = ["translation", "summaries", "code", "dialogue", "retrieval", "detection", "segmentation", "speech"]
CNN = {"resnet18", "resnet50", "vgg16", "alexnet", "lenet5", "efficientnet-b0"}
DTYPES = {"float32": 4, "float16": 2, "bfloat16": 2, "float64": 8, "int8": 1}
# One name in a million, for a search that has to look at all.
RARE = "zephyr-quokka"


def rows(count, seed=7):
    """Rows for `contexts`, the same at every run."""
    numbers = random.Random(seed)
    for slot in range(count):
        family = numbers.choice(FAMILIES)
        model_type = "CNN" if family in CNN else "Unknown" if slot % 1000 == 999 else "LLM"
        name = RARE if slot == count * 3 // 4 else f"{family}{numbers.choice(SUFFIXES)}-{numbers.randrange(1000)}"
        dtype = numbers.choice(list(DTYPES))
        parameters = int(10 ** numbers.uniform(3, 10))
        seconds = numbers.randrange(300 * 86400)
        stamp = f"2026-{1 + seconds // 2592000:02}-{1 + seconds // 86400 % 28:02}T{seconds // 3600 % 24:02}:" \
            f"{seconds // 60 % 60:02}:{seconds % 60:02}.{slot % 1000000:06}"
        metadata = {"model_path": f"/data/{numbers.choice(TASKS)}/{family}/run-{numbers.randrange(10000)}/model.safetensors",
                    "model_type": model_type, "name": name, "slot_index": str(slot)}
        config = {"learning_rate": 0.001, "max_tokens": 2048, "temperature": 0.7, "top_p": 0.9}
        checksum = hashlib.md5(slot.to_bytes(8, "little")).hexdigest()
        recipe = {"builder": model_type, "preset": family, "seed": slot, "dtype": dtype}
        yield (slot, stamp[:19].replace("T", " "), stamp, model_type, f"revisions/{slot:08}.r1.{slot:08x}.npy",
               json.dumps([parameters]), dtype, json.dumps(config), json.dumps(metadata), checksum,
               parameters * DTYPES[dtype], 1, name, parameters, json.dumps(recipe))


def fill(program, store, count=1_000_000):
    """Makes a store of so many rows, where there is none."""
    store = Path(store)
    if not (store / "index.db").exists():
        subprocess.run([program, "--store", store, "build", "llm", "0"], check=True, capture_output=True)
    index = sqlite3.connect(store / "index.db", isolation_level=None)
    # Indexes are made after the rows: that takes a fraction of the time.
    indexes = index.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'contexts'"
                            " AND sql IS NOT NULL").fetchall()
    index.execute("PRAGMA synchronous = OFF")
    index.execute("BEGIN")
    for name, _ in indexes:
        index.execute(f"DROP INDEX {name}")
    index.execute("DELETE FROM contexts")
    index.executemany(
        "INSERT INTO contexts (slot_id, created_at, updated_at, model_type, weight_file, weight_shape, weight_dtype,"
        " config_json, metadata_json, checksum, size_bytes, revision, name, parameters, recipe_json)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", rows(count))
    for _, sql in indexes:
        index.execute(sql)
    index.execute("COMMIT")
    index.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    index.close()


if __name__ == "__main__":
    fill(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:4]))
