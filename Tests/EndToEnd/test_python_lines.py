"""`slotscope python`: what it prints is run, and gives the numbers that are in the slot."""

import ml_dtypes
import numpy as np
import pytest
from safetensors.numpy import save_file

import foreign_store
from program import assert_refused


def printed(run, store, slot, *options):
    """What the printed lines define."""
    space = {}
    exec(run("python", slot, *options, store=store).ok().out, space)
    return space


@pytest.fixture
def odd_store(folder):
    return folder / "odd \"store\" 'with' \\ signs"


def test_one_array_is_mapped(run, odd_store):
    run("build", "llm", 4, store=odd_store).ok()
    weights = printed(run, odd_store, 4)["weights"]
    assert isinstance(weights, np.memmap) and weights.dtype == np.float64
    assert np.array_equal(weights, foreign_store.read_slot(odd_store, 4).weights)


def test_each_tensor_of_a_table_has_its_shape_and_its_values(run, folder, odd_store):
    tensors = {
        "a.weight": np.arange(12, dtype=np.float32).reshape(3, 4), 'b "quoted" \\ name': np.arange(5, dtype=np.float32),
        "scalar": np.array(7, dtype=np.float32),
    }
    save_file(tensors, folder / "table.safetensors")
    run("import", folder / "table.safetensors", "--slot", 1, store=odd_store).ok()
    found = printed(run, odd_store, 1)["tensors"]
    assert set(found) == set(tensors)
    for name, values in tensors.items():
        assert found[name].shape == values.shape and found[name].dtype == values.dtype
        assert np.array_equal(found[name], values)
        assert np.array_equal(printed(run, odd_store, 1, "--tensor", name)["weights"], values)


def test_mixed_dtypes_lie_in_bytes(run, folder, odd_store):
    rng = np.random.default_rng(3)
    tensors = {
        "float": rng.normal(size=(5, 7)).astype(np.float32), "int": np.arange(9, dtype=np.int64),
        "half": rng.normal(size=11).astype(np.float16), "flag": np.array([True, False, True]),
        "brain": rng.normal(size=(2, 3)).astype(ml_dtypes.bfloat16),
        "small": rng.normal(size=(4, 4)).astype(ml_dtypes.float8_e4m3fn),
    }
    save_file(tensors, folder / "mixed.safetensors")
    run("import", folder / "mixed.safetensors", "--slot", 2, store=odd_store).ok()
    space = printed(run, odd_store, 2)
    for name, values in tensors.items():
        found = space["tensors"][name]
        if name == "brain":
            found = space["float32"](found)
            values = values.astype(np.float32)
        assert found.shape == values.shape and found.dtype == values.dtype, name
        assert np.array_equal(found.astype(np.float64), values.astype(np.float64)), name
        alone = printed(run, odd_store, 2, "--tensor", name)["weights"]
        assert np.array_equal(alone.astype(np.float64), values.astype(np.float64)), name


@pytest.mark.parametrize("dtype", [ml_dtypes.bfloat16, ml_dtypes.float8_e5m2])
def test_one_tensor_of_a_dtype_that_numpy_lacks(run, folder, odd_store, dtype):
    values = np.random.default_rng(4).normal(size=(3, 8)).astype(dtype)
    save_file({"w": values}, folder / "one.safetensors")
    run("import", folder / "one.safetensors", "--slot", 3, store=odd_store).ok()
    found = printed(run, odd_store, 3)["weights"]
    assert found.shape == (3, 8)
    assert np.array_equal(found.astype(np.float32), values.astype(np.float32))


def test_bfloat16_alone_in_a_table(run, odd_store):
    run("build", "cnn", 5, "--preset", "lenet5", "--dtype", "bfloat16", store=odd_store).ok()
    space = printed(run, odd_store, 5)
    shown = run("show", 5, "--json", store=odd_store).ok().json["tensors"]
    for tensor in shown:
        values = space["float32"](space["tensors"][tensor["name"]])
        assert list(values.shape) == tensor["shape"] and np.isfinite(values).all()
        assert np.array_equal(printed(run, odd_store, 5, "--tensor", tensor["name"])["weights"], values)


def test_quantised_blocks_are_those_of_the_file(run, folder, odd_store):
    import gguf
    values = np.random.default_rng(5).normal(size=(4, 64)).astype(np.float32)
    blocks = gguf.quants.quantize(values, gguf.GGMLQuantizationType.Q8_0)
    writer = gguf.GGUFWriter(folder / "q.gguf", "llama")
    writer.add_tensor("q", blocks, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
    writer.add_tensor("f", values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    run("import", folder / "q.gguf", "--slot", 6, store=odd_store).ok()
    found = printed(run, odd_store, 6)["tensors"]
    assert found["q"].tobytes() == blocks.tobytes() and np.array_equal(found["f"], values)
    assert printed(run, odd_store, 6, "--tensor", "q")["blocks"].tobytes() == blocks.tobytes()


def test_a_slot_that_another_program_wrote(run, foreign):
    for slot in (3, 17):
        found = printed(run, foreign, slot)["weights"]
        assert np.array_equal(found, foreign_store.read_slot(foreign, slot).weights)


def test_what_is_not_there_is_said(run, store):
    assert_refused(run("python", 77, store=store), "77", code=1)
    assert_refused(run("python", 6, "--tensor", "nothing", store=store), "nothing", "6", code=1)
