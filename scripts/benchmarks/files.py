"""Model files in, weight files out, and checksums of them."""

import hashlib
import json
import os
import random
import shutil
import statistics
import subprocess
import time

import numpy as np
from safetensors.numpy import save_file

from .measuring import compare, duration, inside, peak_memory, row, timed


def importing(program, folder):
    """500 MB of safetensors, against copying the file and hashing it at the same time."""
    source, copied, store = folder / "model.safetensors", folder / "copy", folder / "import"
    weights = np.random.default_rng(1)
    save_file({f"layers.{i}.weight": weights.standard_normal((1000, 1250), dtype=np.float32) for i in range(100)}, source)

    def copy_and_hash():
        both = [subprocess.Popen(["cp", source, copied]), subprocess.Popen(["md5sum", source], stdout=subprocess.DEVNULL)]
        assert [process.wait() for process in both] == [0, 0]

    theirs, ours = [], []
    for _ in range(5):
        os.sync()  # what was written before is not this one's to wait for
        theirs.append(timed(copy_and_hash))
        copied.unlink()
        os.sync()
        ours.append(timed(lambda: program.run("import", source, store=store, timeout=600).ok()))
        shutil.rmtree(store)
    compare("import 500 MB of safetensors, on disk when done", ours, "cp and md5sum at once, not on disk", theirs,
            "within 20 %", limit=statistics.median(theirs) * 1.2)
    source.unlink()


def importing_large(program, folder, gigabytes):
    """The memory that a large import takes: a sparse file, of which every byte is read, hashed and written."""
    source, store = folder / "sparse.safetensors", folder / "large"
    size, count = int(gigabytes * 1e9) // 4000 * 4, 1000
    header = json.dumps({f"layers.{i}.weight": {"dtype": "F32", "shape": [size // 4], "data_offsets": [i * size, (i + 1) * size]}
                         for i in range(count)}).encode()
    with open(source, "wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        file.truncate(8 + len(header) + count * size)
    start = time.perf_counter()
    process = program.popen("import", source, store=store)
    peak = peak_memory(process)
    taken = time.perf_counter() - start
    shutil.rmtree(store)
    source.unlink()
    row(f"memory of importing {gigabytes:g} GB", f"{peak / 1e6:.0f} MB", "", f"in {duration(taken)}", "under 100 MB",
        process.returncode == 0 and peak < 100e6)


def saving(program, folder):
    """A save, against what the disk and the checksum demand, which overlap: the slower of the two."""
    for size, what, turns in ((4_000_000, "4 MB", 10), (400_000_000, "400 MB", 3)):
        store, blob = folder / f"save-{size}", os.urandom(size)
        raw = folder / "raw"
        raw.mkdir(exist_ok=True)

        def write():
            with open(raw / "staged", "wb") as file:
                file.write(blob)
                file.flush()
                os.fsync(file.fileno())
            os.rename(raw / "staged", raw / f"{random.random()}")
            descriptor = os.open(raw, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)

        ours, disk, md5 = [], [], []
        for _ in range(3):
            os.sync()
            disk += [timed(write) for _ in range(turns)]
            md5 += [timed(lambda: hashlib.md5(blob)) for _ in range(turns)]
            os.sync()
            ours += inside("save", store, size, turns)
            for path in raw.iterdir():
                path.unlink()
        slower = max((disk, md5), key=statistics.median)
        compare(f"save {what}", ours, "write + fsync + rename" if slower is disk else "MD5 alone (hashlib)", slower,
                "within 15 %", limit=statistics.median(slower) * 1.15)


def verifying(program, folder):
    """A large slot read through, by MD5 and by digests, and many at once."""
    store = folder / "verify"
    inside("save", store, 400_000_000, 1)
    path = next((store / "revisions").iterdir())
    ours, theirs, quick, read = [], [], [], []
    for _ in range(3):
        theirs += [timed(lambda: subprocess.run(["md5sum", path], stdout=subprocess.DEVNULL, check=True)) for _ in range(2)]
        ours += inside("verify", store, 0, 2)
        read += inside("read", path, 5)
        quick += inside("verify", store, 0, 5, "--quick")
    compare("verify 400 MB", ours, "md5sum", theirs, "no slower", wanted_ratio=1)
    compare("verify --quick 400 MB", quick, "reading it (pread)", read, "within 20 %",
            limit=statistics.median(read) * 1.2)
    for slot in range(1, 9):
        program.run("build", "llm", slot, "--preset", "gpt2", "--dtype", "float16", store=store, timeout=600).ok()
    before = os.times()
    taken = timed(lambda: program.run("verify", "1-8", "--force", store=store, timeout=600).ok())
    after = os.times()
    cores = (after.children_user - before.children_user + after.children_system - before.children_system) / taken
    row("verify 8 slots of 249 MB", f"{8 * 0.2489 / taken:.2f} GB/s", "", f"{cores:.2f} of {os.cpu_count()} cores busy",
        "all cores busy", cores > 0.85 * os.cpu_count())
