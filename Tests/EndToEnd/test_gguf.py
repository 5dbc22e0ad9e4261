"""GGUF files, against the gguf package: names, types, shapes, bytes, values, metadata; and files that lie."""

import os
import struct

import gguf
import numpy as np
import pytest
from gguf import GGMLQuantizationType as Type, GGUFReader, GGUFValueType, GGUFWriter, quants
from safetensors import safe_open

import foreign_store
from measured import MB, measured
from program import assert_refused
from test_hostile import LITTLE_MEMORY, assert_refused_cheaply, sparse
from test_npy import nothing_was_kept
from test_safetensors import tensor_bytes, tensors_of
from test_statistics import assert_moments

# Where the upper bytes of the scales lie in a block, for the types that the package can't quantise to.
SCALES = {"Q2_K": [81, 83], "Q3_K": [109], "Q4_K": [1, 3], "Q5_K": [1, 3], "Q6_K": [209], "IQ4_NL": [1], "IQ4_XS": [1]}
QUANTISED = ["Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "TQ1_0", "TQ2_0", "MXFP4", *SCALES]
PLAIN = {"F32": "float32", "F16": "float16", "F64": "float64", "I8": "int8", "I16": "int16", "I32": "int32", "I64": "int64"}
# Kept as bytes; without NVFP4 and Q1_0, which older packages do not know.
RAW = ["IQ1_S", "IQ1_M", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ3_XXS", "IQ3_S", "Q8_K"]


def blocks(name, rows=5, columns=768, seed=0):
    """A quantised matrix: what the package makes of normal values, else any bytes with finite scales."""
    generator = np.random.default_rng(seed + len(name))
    if name not in SCALES:
        return quants.quantize(generator.standard_normal((rows, columns), dtype=np.float32), Type[name])
    size, count = gguf.GGML_QUANT_SIZES[Type[name]]
    made = generator.integers(0, 256, (rows * columns // size, count), dtype=np.uint8)
    made[:, SCALES[name]] &= 0xbf
    return made.reshape(rows, -1)


def write(path, tensors, fields=(), alignment=None, **options):
    """A file by the package's own writer. Tensors: name → array, or (array of bytes, type)."""
    writer = GGUFWriter(path, "llama", **options)
    if alignment:
        writer.add_custom_alignment(alignment)
    for add, key, value in fields:
        getattr(writer, f"add_{add}")(key, value)
    for name, tensor in tensors.items():
        data, kind = tensor if isinstance(tensor, tuple) else (tensor, None)
        writer.add_tensor(name, data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def patched(path, offset, data):
    """The same file with other bytes at one place."""
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(data)
    return path


# ---------------------------------------------------------------------- tensors

@pytest.fixture(scope="module")
def every_type(program, session_folder):
    """A file with tensors of every type, and the store that has it as slot 0."""
    generator = np.random.default_rng(4)
    tensors = {f"plain.{code}": (generator.standard_normal((3, 4, 5)) * 100).astype(dtype) for code, dtype in PLAIN.items()}
    tensors["plain.BF16"] = (quants.quantize(generator.standard_normal((7, 6), dtype=np.float32), Type.BF16), Type.BF16)
    tensors |= {f"blk.{i}.{name}.weight": (blocks(name), Type[name]) for i, name in enumerate(QUANTISED)}
    tensors["four.axes"] = np.arange(120, dtype=np.float32).reshape(2, 3, 4, 5)
    tensors["scalar"] = np.array(2.5, np.float32)
    path = write(session_folder / "every-type.gguf", tensors)
    store = session_folder / "every-type"
    program.run("import", path, "--slot", 0, store=store).ok()
    return path, store


def dtype_of(kind):
    return {**PLAIN, "BF16": "bfloat16"}.get(kind.name, kind.name)


def assert_as_the_package_reads_it(run, path, store, slot=0):
    """Names, dtypes, shapes and bytes of all tensors."""
    shown, read = tensors_of(run, store, slot), tensor_bytes(store, slot)
    tensors = GGUFReader(path).tensors
    assert list(shown) == [tensor.name for tensor in sorted(tensors, key=lambda tensor: tensor.data_offset)]
    for tensor in tensors:
        found, data = shown[tensor.name], tensor.data.tobytes()
        assert found["dtype"] == dtype_of(tensor.tensor_type), tensor.name
        assert found["shape"] == [int(extent) for extent in reversed(tensor.shape)], tensor.name
        assert found["size"] == len(data), tensor.name
        assert read(tensor.name) == data, tensor.name


def values_of(tensor):
    """The values of a tensor that the package has read, as float64."""
    if tensor.tensor_type.name in PLAIN:
        return tensor.data.astype(np.float64).ravel()
    return quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float64).ravel()


def assert_statistics(run, store, values, *words, slot=0):
    """Moments, and a histogram so fine that another value would hardly go unseen, of the least to the greatest value."""
    found = run("stats", slot, *words, "--bins", 5000, "--json", store=store).ok().json
    assert_moments(found, values)
    low, high = values.min(), values.max()
    if low == high:
        low, high = low - 0.5, high + 0.5
    counts, edges = np.histogram(values, 5000, (low, high))
    assert found["histogram"]["edges"] == edges.tolist()
    assert found["histogram"]["counts"] == counts.tolist()


def test_every_type_has_the_names_dtypes_shapes_and_bytes_that_the_package_reads(run, every_type):
    path, store = every_type
    assert {tensor.tensor_type.name for tensor in GGUFReader(path).tensors} == {*PLAIN, "BF16", *QUANTISED}
    assert_as_the_package_reads_it(run, path, store)
    assert run("verify", 0, "--json", store=store).ok().json[0]["ok"] is True
    assert foreign_store.check(store) == []


@pytest.mark.parametrize("name", ["scalar", *(f"plain.{code}" for code in [*PLAIN, "BF16"]),
                                  *(f"blk.{i}.{name}.weight" for i, name in enumerate(QUANTISED))])
def test_values_are_those_that_the_package_dequantises(run, every_type, name):
    path, store = every_type
    tensor, = (tensor for tensor in GGUFReader(path).tensors if tensor.name == name)
    assert_statistics(run, store, values_of(tensor), "--tensor", name)


def test_statistics_of_a_slot_are_those_of_all_its_values(run, every_type):
    path, store = every_type
    assert_statistics(run, store, np.concatenate([values_of(tensor) for tensor in GGUFReader(path).tensors]))
    count = run("show", 0, "--json", store=store).ok().json["parameters"]
    assert count == sum(tensor.n_elements for tensor in GGUFReader(path).tensors)


@pytest.mark.parametrize("extension", ["safetensors", "npz"])
def test_exports_hold_the_values_that_the_package_dequantises(run, folder, every_type, extension):
    path, store = every_type
    exported = folder / f"out.{extension}"
    run("export", 0, exported, store=store).ok()
    with safe_open(exported, "numpy") if extension == "safetensors" else np.load(exported) as file:
        read = file.get_tensor if extension == "safetensors" else file.__getitem__
        for tensor in GGUFReader(path).tensors:
            if tensor.tensor_type.name in QUANTISED:
                found, wanted = read(tensor.name), quants.dequantize(tensor.data, tensor.tensor_type)
                assert (found.dtype, found.shape) == (np.float32, wanted.shape), tensor.name
                assert found.tobytes() == wanted.astype(np.float32).tobytes(), tensor.name


def test_a_quantised_tensor_alone_is_an_array_of_its_bytes(run, folder):
    data = blocks("Q6_K")
    path = write(folder / "one.gguf", {"w": (data, Type.Q6_K)})
    run("import", path, "--slot", 0, store=folder / "store").ok()
    weights = foreign_store.read_slot(folder / "store", 0).weights
    assert weights.dtype == np.uint8 and np.array_equal(np.ravel(weights), np.ravel(data))
    assert_as_the_package_reads_it(run, path, folder / "store")


def test_scales_that_are_no_numbers_are_counted_as_what_they_are(run, folder):
    data = blocks("Q8_0", rows=4, columns=64).copy().reshape(-1, 34)
    data[0, :2], data[1, :2], data[2, :2] = [0, 0x7e], [0, 0x7c], [0, 0xfc]
    values = quants.dequantize(data, Type.Q8_0).astype(np.float64).ravel()
    assert np.isnan(values).any() and np.isposinf(values).any() and np.isneginf(values).any()
    path = write(folder / "odd.gguf", {"w": (data.reshape(4, -1), Type.Q8_0)})
    run("import", path, "--slot", 0, store=folder / "store").ok()
    assert_moments(run("stats", 0, "--json", store=folder / "store").ok().json, values)


def test_a_real_transformer_quantised_by_the_package(run, folder, minilm_file):
    with safe_open(minilm_file, "numpy") as file:
        arrays = {name: file.get_tensor(name) for name in file.keys()}
    kinds = [Type.Q8_0, Type.Q4_0, Type.Q5_1, Type.BF16]
    tensors = {}
    for index, (name, array) in enumerate(arrays.items()):
        kind = kinds[index % len(kinds)]
        tensors[name] = array if array.ndim < 2 or array.dtype != np.float32 else (quants.quantize(array, kind), kind)
    path = write(folder / "minilm.gguf", tensors)
    store = folder / "store"
    run("import", path, "--slot", 0, store=store).ok()
    assert_as_the_package_reads_it(run, path, store)
    shown = run("show", 0, "--json", store=store).ok().json
    assert shown["model_type"] == "LLM" and shown["parameters"] == sum(array.size for array in arrays.values())
    for tensor in GGUFReader(path).tensors[::9]:
        assert_statistics(run, store, values_of(tensor), "--tensor", tensor.name)


@pytest.mark.parametrize("kind", RAW)
def test_a_type_without_a_dtype_is_kept_as_bytes_and_named(run, folder, kind):
    _, size = gguf.GGML_QUANT_SIZES[Type[kind]]
    data = np.random.default_rng(1).integers(0, 256, (3, 2 * size), dtype=np.uint8)
    path = write(folder / "raw.gguf", {"before": np.arange(3, dtype=np.int8), "w": (data, Type[kind]),
                                       "after": np.arange(3, dtype=np.int8)})
    run("import", path, "--slot", 0, store=folder / "store").ok()
    found = tensors_of(run, folder / "store", 0)["w"]
    assert (found["dtype"], found["shape"]) == ("uint8", [data.size])
    assert tensor_bytes(folder / "store", 0)("w") == data.tobytes()
    metadata = run("show", 0, "--json", store=folder / "store").ok().json["metadata"]
    assert metadata["gguf.raw_type.w"] == f"{kind} [3, 512]"


@pytest.mark.parametrize("last", [False, True])
def test_a_type_that_nobody_knows_takes_all_up_to_the_next_tensor_or_the_end(run, folder, last):
    tensors = [Tensor("new", 99, [3, 5], 32), Tensor("first", 24, [32], 0)]
    tensors += [] if last else [Tensor("next", 24, [7], 96)]
    data = os.urandom(32 + 61 if last else 96 + 7)
    (folder / "new.gguf").write_bytes(built(tensors=tensors, data=data))
    run("import", folder / "new.gguf", "--slot", 0, store=folder / "store").ok()
    shown = run("show", 0, "--json", store=folder / "store").ok().json
    assert shown["metadata"]["gguf.raw_type.new"] == "type 99 [3, 5]"
    found = {tensor["name"]: tensor for tensor in shown["tensors"]}["new"]
    assert (found["dtype"], found["shape"]) == ("uint8", [61 if last else 64])
    assert tensor_bytes(folder / "store", 0)("new") == data[32:96]


@pytest.mark.parametrize("alignment", [8, 64, 4096])
def test_tensors_lie_on_the_files_own_alignment(run, folder, alignment):
    path = write(folder / "in.gguf", {"a": np.arange(3, dtype=np.int8), "b": np.arange(5, dtype=np.float32)}, alignment=alignment)
    run("import", path, "--slot", 0, store=folder / "store").ok()
    assert_as_the_package_reads_it(run, path, folder / "store")


def test_version_2_is_read_likewise_and_other_versions_are_refused_by_name(run, folder):
    path = write(folder / "in.gguf", {"a": np.arange(3, dtype=np.int8)})
    patched(path, 4, struct.pack("<I", 2))
    run("import", path, "--slot", 0, store=folder / "store").ok()
    assert_as_the_package_reads_it(run, path, folder / "store")
    for version, words in ((1, "version 1"), (4, "version 4"), (0, "version 0")):
        patched(path, 4, struct.pack("<I", version))
        assert_refused(run("import", path, store=folder / "none"), "in.gguf", words)
    assert nothing_was_kept(folder / "none")


def test_a_big_endian_file_is_refused_by_name(run, folder):
    path = write(folder / "big.gguf", {"a": np.arange(3, dtype=np.float32)}, endianess=gguf.GGUFEndian.BIG)
    assert_refused(run("import", path, store=folder / "store"), "big.gguf", "big-endian")
    assert nothing_was_kept(folder / "store")


def test_a_part_of_a_model_does_not_pass_for_all_of_it(run, folder):
    write(folder / "model.gguf", {f"w{i}": np.zeros(8, np.float32) for i in range(3)}, split_max_tensors=1)
    parts = sorted(folder.glob("*.gguf"))
    assert len(parts) == 3
    for number, path in enumerate(parts):
        assert_refused(run("import", path, store=folder / "store"), path.name, f"part {number + 1} of", "3 files")
    assert nothing_was_kept(folder / "store")


# ---------------------------------------------------------------------- metadata and config

TOKENS = [f"token {i}" for i in range(32_000)]
FIELDS = [
    ("string", "general.name", "Tiny Llama é 数"), ("string", "general.license", "apache-2.0\nline 2"),
    ("array", "general.languages", ["en", "fr"]), ("uint32", "llama.block_count", 22),
    ("uint32", "llama.embedding_length", 2048), ("uint32", "llama.feed_forward_length", 5632),
    ("uint32", "llama.context_length", 4096), ("uint32", "llama.attention.head_count", 32),
    ("uint32", "llama.attention.head_count_kv", 4), ("float32", "llama.attention.layer_norm_rms_epsilon", 1e-5),
    ("float32", "llama.rope.freq_base", 10000.0), ("string", "llama.rope.scaling.type", "linear"),
    ("array", "llama.rope.dimension_sections", [16, 24, 24, 0]), ("uint8", "x.u8", 255), ("int8", "x.i8", -128),
    ("uint16", "x.u16", 65535), ("int16", "x.i16", -32768), ("uint32", "x.u32", 2**32 - 1), ("int32", "x.i32", -2**31),
    ("uint64", "x.u64", 2**63 - 1), ("int64", "x.i64", -2**63), ("float64", "x.f64", 0.1), ("bool", "x.yes", True),
    ("bool", "x.no", False), ("string", "tokenizer.ggml.model", "llama"), ("array", "tokenizer.ggml.tokens", TOKENS),
    ("array", "tokenizer.ggml.scores", [0.5] * 32_000), ("array", "tokenizer.ggml.token_type", [1] * 32_000),
    ("array", "tokenizer.ggml.merges", [f"a{i} b" for i in range(300)]), ("uint32", "tokenizer.ggml.bos_token_id", 1),
    ("string", "tokenizer.chat_template", "{% for m in messages %}\n" * 200),
]


@pytest.fixture(scope="module")
def described(program, session_folder):
    """What `show` says of a file with values of every type, and the file."""
    path = write(session_folder / "described.gguf", {"blk.0.attn_q.weight": np.zeros((2, 2), np.float32)}, FIELDS)
    store = session_folder / "described"
    program.run("import", path, "--slot", 0, store=store).ok()
    return path, program.run("show", 0, "--json", store=store).ok().json


def test_every_field_that_the_package_reads_is_in_config_or_metadata(described):
    path, shown = described
    config, metadata = shown["config"], shown["metadata"]
    fields = GGUFReader(path).fields
    assert len([key for key in fields if not key.startswith("GGUF.")]) == len(FIELDS) + 1
    for key, field in fields.items():
        if key.startswith("GGUF."):
            continue
        kind, value = field.types[0], field.contents()
        if kind == GGUFValueType.STRING:
            assert (config if key.startswith("llama.") else metadata)[key] == value, key
        elif kind == GGUFValueType.ARRAY:
            noun = {GGUFValueType.STRING: "strings", GGUFValueType.FLOAT32: "numbers", GGUFValueType.INT32: "integers"}[field.types[1]]
            text = str(value).replace("'", '"').replace(", ", ",")
            assert metadata[key] == (text if len(value) <= 256 else f"[{len(value)} {noun}]"), key
        elif kind == GGUFValueType.FLOAT32:
            assert np.float32(config[key]) == np.float32(value) and len(repr(config[key])) < 10, key
        else:
            assert config[key] == value and type(config[key]) is type(value), key


def test_architecture_facts_have_the_names_that_other_formats_give_them(described):
    _, shown = described
    assert {key: shown["config"][key] for key in (
        "num_hidden_layers", "hidden_size", "intermediate_size", "num_attention_heads", "num_key_value_heads",
        "max_position_embeddings", "vocab_size")} == {
        "num_hidden_layers": 22, "hidden_size": 2048, "intermediate_size": 5632, "num_attention_heads": 32,
        "num_key_value_heads": 4, "max_position_embeddings": 4096, "vocab_size": 32_000}
    assert (shown["name"], shown["model_type"], shown["metadata"]["architecture"]) == ("Tiny Llama é 数", "LLM", "llama")


def test_name_and_type_can_be_given(run, folder, described):
    path, _ = described
    run("import", path, "--slot", 3, "--type", "CNN", "--name", "mine", store=folder / "store").ok()
    shown = run("show", 3, "--json", store=folder / "store").ok().json
    assert (shown["name"], shown["model_type"], shown["metadata"]["general.name"]) == ("mine", "CNN", "Tiny Llama é 数")


def test_a_node_given_a_file_builds_from_it_and_says_when_it_changed(run, folder):
    path, store = folder / "model.gguf", folder / "store"
    write(path, {"w": (blocks("Q4_K"), Type.Q4_K)}, [("uint32", "llama.block_count", 3)])
    run("build", "llm", 4, "--from", path, store=store).ok()
    shown = run("show", 4, "--json", store=store).ok().json
    assert shown["config"] == {**foreign_store.LLM_CONFIG, "llama.block_count": 3, "num_hidden_layers": 3}
    assert "source file is as before" in run("rebuild", 4, store=store).ok().out
    write(path, {"w": (blocks("Q4_K", seed=1), Type.Q4_K)})
    assert "source file has changed" in run("rebuild", 4, store=store).ok().out
    assert_as_the_package_reads_it(run, path, store, slot=4)


def test_a_vocabulary_of_250_000_is_walked_over_in_little_memory(program, folder):
    tokens = [f"a token of some length, number {i}" for i in range(250_000)]
    path = write(folder / "in.gguf", {"w": np.zeros(8, np.float32)}, [("array", "tokenizer.ggml.tokens", tokens)])
    assert path.stat().st_size > 10 * MB
    done = measured(program, "import", path, store=folder / "store", memory=True)
    assert done.code == 0 and done.memory < LITTLE_MEMORY, f"{done.memory // MB} MB\n{done.err}"


# ---------------------------------------------------------------------- files that lie

def text(value):
    data = value if isinstance(value, bytes) else value.encode()
    return struct.pack("<Q", len(data)) + data


class Tensor:
    """A description of a tensor; the shape outermost first."""

    def __init__(self, name, kind, shape, offset):
        self.data = text(name) + struct.pack("<I", len(shape)) + struct.pack(f"<{len(shape)}Q", *reversed(shape))
        self.data += struct.pack("<IQ", kind, offset)


def built(pairs=(), tensors=(Tensor("t", 24, [8], 0),), data=bytes(8), version=3, pair_count=None, tensor_count=None, magic=b"GGUF"):
    """A file by hand. Pairs: (key, type and value as bytes)."""
    header = magic + struct.pack("<IQQ", version, len(tensors) if tensor_count is None else tensor_count,
                                 len(pairs) if pair_count is None else pair_count)
    header += b"".join(text(key) + value for key, value in pairs) + b"".join(tensor.data for tensor in tensors)
    return header + bytes(-len(header) % 32) + data


def value(kind, data):
    return struct.pack("<I", kind) + data


def array(kind, count, data=b""):
    return value(9, struct.pack("<IQ", kind, count) + data)


def nested(depth):
    return b"".join(struct.pack("<IQ", 9, 1) for _ in range(depth))


def lying_files():
    """Files that are wrong, with a word that the refusal has."""
    one = value(0, b"\1")
    return {
        "of nothing but the magic": (b"GGUF", "4 bytes"),
        "without tensors": (built(tensors=(), data=b""), "no tensors"),
        "pairs without end": (built(pair_count=2**64 - 1), "pairs"),
        "more pairs than bytes": (built(pair_count=20), "pairs"),
        "tensors without end": (built(tensor_count=2**63), "tensors"),
        "more tensors than bytes": (built(tensor_count=20), "tensors"),
        "a key without end": (b"GGUF" + struct.pack("<IQQQ", 3, 1, 1, 2**64 - 1) + bytes(40), "18446744073709551615"),
        "a key that is no text": (built([(b"\xff\xfe", one)]), "UTF-8"),
        "a key twice": (built([("k", one), ("k", one)]), "twice"),
        "a key of 70,000 bytes": (built([("k" * 70_000, one)]), "70000"),
        "a value of no type": (built([("k", value(13, bytes(8)))]), "type, 13"),
        "a bool of 2": (built([("k", value(7, b"\2"))]), "bool"),
        "a string without end": (built([("k", value(8, struct.pack("<Q", 2**64 - 1)))]), "18446744073709551615"),
        "a string that is no text": (built([("k", value(8, text(b"\xc0\x80")))]), "UTF-8"),
        "an array without end": (built([("k", array(0, 2**64 - 1))]), "18446744073709551615"),
        "an array whose size overflows": (built([("k", array(12, 2**61 + 1))]), "elements"),
        "an array of no type": (built([("k", array(99, 0))]), "type, 99"),
        "strings that are not there": (built([("k", array(8, 4))]), "long"),
        "arrays in arrays in arrays": (built([("k", value(9, nested(100_000)))]), "deep"),
        "an alignment of 0": (built([("general.alignment", value(4, struct.pack("<I", 0)))]), "alignment"),
        "an alignment of 48": (built([("general.alignment", value(4, struct.pack("<I", 48)))]), "alignment"),
        "an alignment of 2 GB": (built([("general.alignment", value(4, struct.pack("<I", 2**31)))]), "alignment"),
        "an alignment in words": (built([("general.alignment", value(8, text("32")))]), "alignment"),
        "a name without end": (built(tensors=[Tensor("x", 24, [8], 0)]).replace(text("x"), struct.pack("<Q", 2**40) + b"x"), "1099511627776"),
        "a name of 2,000 bytes": (built(tensors=[Tensor("x" * 2000, 24, [8], 0)]), "2000"),
        "a name that is no text": (built(tensors=[Tensor(b"\xed\xa0\x80", 24, [8], 0)]), "UTF-8"),
        "a name twice": (built(tensors=[Tensor("a", 24, [8], 0), Tensor("a", 24, [8], 32)], data=bytes(40)), "two tensors"),
        "a hundred axes": (built(tensors=[Tensor("a", 24, [1] * 100, 0)]), "100 dimensions"),
        "an axis beyond 63 bits": (built(tensors=[Tensor("a", 24, [2**63], 0)]), "larger than any memory"),
        "a shape that overflows": (built(tensors=[Tensor("a", 24, [2**32, 2**32], 0)]), "larger than any memory"),
        "bytes that overflow": (built(tensors=[Tensor("a", 27, [2**61], 0)]), "larger than any memory"),
        "an empty shape that overflows": (built(tensors=[Tensor("a", 24, [0, 2**62, 4], 0)]), "larger than any memory"),
        "half a block": (built(tensors=[Tensor("a", 2, [2, 16], 0)], data=bytes(18)), "blocks of 32"),
        "an odd offset": (built(tensors=[Tensor("a", 24, [8], 4)], data=bytes(12)), "multiple of 32"),
        "an offset beyond the end": (built(tensors=[Tensor("a", 24, [8], 64)]), "cut short"),
        "an offset that overflows": (built(tensors=[Tensor("a", 24, [8], 2**64 - 32)]), "cut short"),
        "data beyond the end": (built(tensors=[Tensor("a", 24, [2**40], 0)]), "cut short"),
        "an overlap": (built(tensors=[Tensor("a", 24, [40], 0), Tensor("b", 24, [8], 32)], data=bytes(40)), "overlaps"),
        "two in one place": (built(tensors=[Tensor("a", 24, [8], 0), Tensor("b", 24, [8], 0)]), "overlaps"),
        "two of a new type in one place": (built(tensors=[Tensor("a", 99, [8], 0), Tensor("b", 99, [8], 0)]), "overlaps"),
        "a hole": (built(tensors=[Tensor("a", 24, [8], 0), Tensor("b", 24, [8], 64)], data=bytes(72)), "belong to no tensor"),
        "a hole at the start": (built(tensors=[Tensor("a", 24, [8], 32)], data=bytes(40)), "belong to no tensor"),
        "more at the end": (built(data=bytes(33)), "after its last tensor"),
    }


@pytest.mark.parametrize("kind", lying_files())
def test_a_file_that_lies_is_refused_at_once_with_little_memory(program, folder, kind):
    data, word = lying_files()[kind]
    (folder / "bad.gguf").write_bytes(data)
    done = measured(program, "import", folder / "bad.gguf", store=folder / "store", memory=True)
    assert_refused_cheaply(done, "bad.gguf", word)
    assert nothing_was_kept(folder / "store")


def test_the_file_that_the_lies_are_made_of_is_good(run, folder):
    (folder / "good.gguf").write_bytes(built([("k", value(0, b"\1"))]))
    run("import", folder / "good.gguf", "--slot", 0, store=folder / "store").ok()


def test_a_file_cut_short_anywhere_is_refused_and_leaves_nothing(program, folder):
    """At the boundaries of all that the package finds in it, and beside them."""
    path = write(folder / "whole.gguf", {"a": np.arange(9, dtype=np.float32), "b": (blocks("Q4_0", 2, 32), Type.Q4_0)},
                 [("string", "general.name", "x"), ("array", "l", ["a", "bc"]), ("uint32", "llama.block_count", 1)])
    data = path.read_bytes()
    reader = GGUFReader(path)
    cuts = {1, 3, 4, 8, 16, 23, 24}
    for field in reader.fields.values():
        cuts |= {field.offset, *(field.offset + np.cumsum([part.nbytes for part in field.parts])).tolist()}
    for tensor in reader.tensors:
        start = tensor.field.offset
        cuts |= {start, *(start + np.cumsum([part.nbytes for part in tensor.field.parts])).tolist()}
        cuts |= {int(tensor.data_offset), int(tensor.data_offset) + tensor.n_bytes - 1}
    cuts |= {cut - 1 for cut in cuts}
    end = max(int(tensor.data_offset) + tensor.n_bytes for tensor in reader.tensors)
    faults = []
    for cut in sorted(cut for cut in cuts if 4 <= cut < end):
        (folder / "cut.gguf").write_bytes(data[:cut])
        try:
            assert_refused_cheaply(measured(program, "import", folder / "cut.gguf", store=folder / "store", memory=True), "cut.gguf")
        except AssertionError as fault:
            faults.append(f"at byte {cut}: {fault}")
    assert faults == [] and len(cuts) > 50
    assert nothing_was_kept(folder / "store")


def huge_files(folder):
    """Files that are large, or make large promises."""
    head = struct.pack("<IQQ", 3, 1, 1)
    yield "zeros", sparse(folder / "a.gguf", b"GGUF" + struct.pack("<IQQ", 3, 2**20, 2**16), 5 << 30)
    yield "strings of nothing", sparse(folder / "b.gguf", b"GGUF" + head + text("k") + array(8, 2**29), 5 << 30)
    yield "bools", sparse(folder / "c.gguf", b"GGUF" + head + text("k") + array(7, 2**32), 5 << 30)
    yield "bytes", sparse(folder / "d.gguf", b"GGUF" + head + text("k") + array(0, 2**32), 5 << 30)
    yield "a string of 4 GB", sparse(folder / "e.gguf", b"GGUF" + head + text("k") + value(8, struct.pack("<Q", 2**32)), 5 << 30)
    yield "a key of 4 GB", sparse(folder / "f.gguf", b"GGUF" + head + struct.pack("<Q", 2**32), 5 << 30)
    yield "a name of 4 GB", sparse(folder / "g.gguf", b"GGUF" + struct.pack("<IQQQ", 3, 1, 0, 2**32), 5 << 30)
    yield "arrays of nothing", sparse(folder / "h.gguf", b"GGUF" + head + text("k") + array(9, 2**28), 5 << 30)


def test_large_promises_are_not_believed(program, folder):
    faults = []
    for kind, path in huge_files(folder):
        try:
            assert_refused_cheaply(measured(program, "import", path, store=folder / "store", memory=True), path.name)
        except AssertionError as fault:
            faults.append(f"{kind}: {fault}")
        path.unlink()
    assert faults == []
    assert nothing_was_kept(folder / "store")


def test_names_from_a_file_are_shown_with_control_characters_made_visible(program, folder):
    evil = "\x1b[2J\x07evil\u202e"
    path = folder / "evil.gguf"
    path.write_bytes(built([(evil, value(0, b"\1"))] * 2))
    assert_refused_cheaply(measured(program, "import", path, store=folder / "store", memory=True), "evil")
    path.write_bytes(built([(evil, value(8, text(evil))), ("general.name", value(8, text(evil)))],
                           [Tensor(evil, 24, [8], 0)]))
    for command in (["import", path, "--slot", 0], ["list"], ["show", 0], ["stats", 0, "--tensor", evil]):
        done = program.run(*command, store=folder / "store").ok()
        assert "\x1b" not in done.out + done.err and "\x07" not in done.out + done.err
