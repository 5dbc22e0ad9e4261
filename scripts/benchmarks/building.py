"""Generators, and builds that end on the disk."""

import hashlib
import os
import statistics
import time

import numpy as np

import foreign_store

from .measuring import compare, inside, peak_memory, row, timed


def generators(program, folder):
    """The reference preset, against CPython's own generator."""
    for what, node, slot, python in (("LLM slot 1000", "llm", 1000, foreign_store.llm_weights),
                                     ("CNN slot 12", "cnn", 12, foreign_store.cnn_weights)):
        theirs, ours = [], []
        for _ in range(5):
            theirs += [timed(lambda: python(slot)) for _ in range(3)]
            ours += inside("generate", node, slot, 20)
        compare(f"{what}, reference preset", ours, "CPython", theirs, "30 times faster", wanted_ratio=30)


def generating(program, folder):
    """All of gpt2 in memory: 124 million normal float32."""
    generator = np.random.Generator(np.random.SFC64(1))
    theirs, ours = [], []
    for _ in range(5):
        theirs.append(timed(lambda: generator.standard_normal(124_439_808, dtype=np.float32)))
        ours += inside("generate", "llm", 7, 2, "--preset", "gpt2")
    compare("124M normal float32 (gpt2), in memory", ours, "numpy Generator(SFC64).standard_normal", theirs,
            "6 times faster", wanted_ratio=6)


def building(program, folder):
    """gpt2 built and saved, against MD5 of as many bytes; and the memory that it takes."""
    store, size = folder / "gpt2", 4 * 124_439_808
    blob = bytes(size)
    peak, ours, theirs = 0, [], []
    for turn in range(3):
        theirs.append(timed(lambda: hashlib.md5(blob)))
        os.sync()  # what earlier measurements have written is not this one's to wait for
        start = time.perf_counter()
        process = program.popen("build", "llm", turn, "--preset", "gpt2", store=store)
        peak = max(peak, peak_memory(process))
        ours.append(time.perf_counter() - start)
        assert process.returncode == 0
    mine, other = statistics.median(ours), statistics.median(theirs)
    row("build and save gpt2", f"{size / mine / 1e6:.0f} MB/s", "MD5 alone (hashlib)", f"{size / other / 1e6:.0f} MB/s",
        "MD5's own speed", mine <= other * 1.05)
    row("its memory beyond mapped files", f"{peak / 1e6:.0f} MB", "", "", "under 150 MB", peak < 150e6)
