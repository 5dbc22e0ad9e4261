"""Statistics, profiles, differences and maps of weights."""

import json
import sqlite3
import statistics

import gguf
import ml_dtypes
import numpy as np
from safetensors.numpy import save_file

import foreign_store

from .measuring import compare, inside, timed


def summarising(program, folder, count=100_000_000):
    """min, max, mean, std and 64 bins of 100 million values of four dtypes, and the quantiles of float32."""
    store = folder / "statistics"
    normal = np.random.default_rng(1).standard_normal(count, dtype=np.float32)
    for slot, dtype in enumerate((np.float32, np.float16, ml_dtypes.bfloat16, np.int8)):
        weights = (normal * (30 if dtype is np.int8 else 1)).astype(dtype)
        name = np.dtype(dtype).name
        foreign_store.write_slot(store, slot, weights, {}, {"model_type": "LLM"})

        def in_numpy():
            values = weights.astype(np.float32) if dtype is ml_dtypes.bfloat16 else weights
            values.min(), values.max(), values.mean(dtype=np.float64), values.std(dtype=np.float64)
            np.histogram(values, bins=64)

        words = weights.view(np.uint64)
        theirs, ours, read = [], [], []
        for _ in range(2):
            theirs.append(timed(in_numpy))
            ours += inside("statistics", store, slot, 64, 4)
            read += [timed(lambda: np.bitwise_xor.reduce(words)) for _ in range(4)]
        compare(f"summary, 64 bins of 100M {name}", ours, "numpy", theirs, "15 times faster", wanted_ratio=15)
        compare("the same", ours, "reading the bytes once from memory", read, "within 4 times",
                limit=statistics.median(read) * 4)
        if dtype is np.float32:
            probabilities = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]
            compare("7 quantiles of 100M float32", inside("quantiles", store, slot, 4), "numpy.quantile",
                    [timed(lambda: np.quantile(weights, probabilities)) for _ in range(2)], "10 times faster",
                    wanted_ratio=10)


def summarising_quantised(program, folder):
    """The same of 100 million values in Q4_K, against dequantising with GGML's Python package first."""
    rows, columns = 24_414, 4096
    blocks = np.random.default_rng(1).integers(0, 256, (rows * columns // 256, 144), dtype=np.uint8)
    blocks[:, [1, 3]] &= 0xbf  # finite scales
    blocks = blocks.reshape(rows, -1)
    writer = gguf.GGUFWriter(folder / "quantised.gguf", "llama")
    writer.add_tensor("w", blocks, raw_dtype=gguf.GGMLQuantizationType.Q4_K)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    store = folder / "quantised"
    program.run("import", folder / "quantised.gguf", "--slot", 0, store=store).ok()

    def in_python():
        values = gguf.quants.dequantize(blocks, gguf.GGMLQuantizationType.Q4_K)
        values.min(), values.max(), values.mean(dtype=np.float64), values.std(dtype=np.float64)
        np.histogram(values, bins=64)

    theirs, ours = [], []
    for _ in range(3):
        theirs.append(timed(in_python))
        ours += inside("statistics", store, 0, 64, 3)
    compare("summary, 64 bins of 100M Q4_K", ours, "gguf, then numpy", theirs, "10 times faster", wanted_ratio=10)


def looking(program, folder):
    """The profiles of 3,000 tensors: made, and as a later process finds them in the index."""
    store, source = folder / "profiles", folder / "many.safetensors"
    normal = np.random.default_rng(2).standard_normal(3000 * 2048, dtype=np.float32).reshape(3000, 2048)
    save_file({f"layer.{number}.weight": row for number, row in enumerate(normal)}, source)
    program.run("import", source, "--slot", 0, store=store).ok()

    def in_numpy():
        for row in normal[:300]:
            row.min(), row.max(), row.mean(dtype=np.float64), row.std(dtype=np.float64)
            low, high = np.quantile(row, [0.001, 0.999])
            np.histogram(row, 64, (low, high)), np.quantile(row, [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99])

    made = inside("profiles", store, 0, 5, "--made")
    compare("profiles of 3,000 tensors of 8 KB", made, "numpy", [10 * timed(in_numpy)], "10 times faster", wanted_ratio=10)
    kept = inside("profiles", store, 0, 20)
    index = sqlite3.connect(store / "index.db")
    text = index.execute("SELECT summary_json FROM contexts").fetchone()[0]
    compare(f"profiles of 3,000 tensors, kept ({len(text) / 1e6:.2f} MB of JSON)", kept, "json.loads of it",
            [timed(lambda: json.loads(text)) for _ in range(20)], "under 20 ms", limit=0.02)


def heat_maps(program, folder):
    """A matrix of 819 MB as a picture of 50 × 64 cells: the first one, and that of every value."""
    store = folder / "heat-maps"
    weights = np.random.default_rng(1).standard_normal((50_000, 4_096), dtype=np.float32)
    foreign_store.write_slot(store, 0, weights, {}, {"model_type": "LLM"})
    theirs, first, exact = [], [], []
    for _ in range(3):
        theirs += [timed(lambda: weights.reshape(50, 1000, 64, 64).mean(axis=(1, 3)))]
        first += inside("heatmap", store, 0, 50, 64, 5)
        exact += inside("heatmap", store, 0, 50, 64, 2, "--exact")
    compare("heat map of 50,000 × 4,096 float32, first picture", first, "numpy, mean of every cell", theirs, "under 50 ms",
            limit=0.05)
    compare("the same, exact", exact, "numpy, mean of every cell", theirs, "no goal")


def differing(program, folder):
    """Two slots of 400 MB compared, against numpy with the arrays in memory, and against reading both files."""
    store = folder / "difference"
    generator = np.random.default_rng(2)
    a = generator.standard_normal(100_000_000, dtype=np.float32)
    b = a + 0.01 * generator.standard_normal(100_000_000, dtype=np.float32)
    for slot, weights in ((0, a), (1, b)):
        foreign_store.write_slot(store, slot, weights, {}, {"model_type": "LLM"})
    paths = [store / "slots" / f"{slot:08d}.npy" for slot in (0, 1)]

    def in_numpy():
        step = b - a
        np.abs(step).max(), np.linalg.norm(step) / np.linalg.norm(a)

    ours, theirs, read = [], [], []
    for _ in range(3):
        theirs.append(timed(in_numpy))
        ours += inside("difference", store, 0, 1, 3)
        read += map(sum, zip(*(inside("read", path, 3) for path in paths)))
    compare("diff of two slots of 400 MB", ours, "numpy, max abs and relative L2 in float32", theirs, "faster",
            wanted_ratio=1)
    compare("the same", ours, "reading both (pread)", read, "within 50 %", limit=statistics.median(read) * 1.5)
