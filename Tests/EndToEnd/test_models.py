"""Real models, end to end: what a library reads from their files, the slot has; what is exported, libraries read again."""

import hashlib
import importlib.util
import json
import signal
import struct
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
from safetensors import deserialize, safe_open
from safetensors.numpy import load_file, save_file

import foreign_store
from program import assert_refused, wait_until
from test_safetensors import tensor_bytes, tensors_of, written


@pytest.fixture(scope="session")
def silero_file():
    """A voice detector of convolutions, from the PyPI package that carries it."""
    package = importlib.util.find_spec("silero_vad")
    assert package, "silero-vad is not installed: `scripts/setup test` does it"
    return Path(package.submodule_search_locations[0]) / "data/silero_vad_16k.safetensors"


@pytest.fixture(params=["minilm", "silero"])
def real(request):
    """A file of a real model, and the type that it is of."""
    return request.getfixturevalue(f"{request.param}_file"), "LLM" if request.param == "minilm" else "CNN"


@pytest.fixture
def imported(run, folder, real):
    """A store whose slot 0 is that file, and what its library reads from it."""
    run("import", real[0], "--slot", 0, store=folder / "store").ok()
    return folder / "store", load_file(real[0])


# ---------------------------------------------------------------------- in

def test_every_tensor_is_what_the_library_reads(run, imported):
    store, arrays = imported
    shown = tensors_of(run, store, 0)
    data = tensor_bytes(store, 0)
    assert {name: (one["dtype"], one["shape"], one["size"]) for name, one in shown.items()} == {
        name: (str(array.dtype), list(array.shape), array.nbytes) for name, array in arrays.items()}
    for name, array in arrays.items():
        assert hashlib.md5(data(name)).hexdigest() == foreign_store.md5(array), name


def test_statistics_of_every_tensor_are_numpys(run, imported):
    store, arrays = imported
    for name, array in arrays.items():
        values = array.astype(np.float64).ravel()
        found = run("stats", 0, "--tensor", name, "--bins", 32, "--json", store=store).ok().json
        assert (found["count"], found["min"], found["max"]) == (values.size, values.min(), values.max()), name
        scale = np.abs(values).max() or 1
        assert found["mean"] == pytest.approx(values.mean(), rel=1e-12, abs=1e-14 * scale), name
        assert found["std"] == pytest.approx(values.std(), rel=1e-12, abs=1e-14 * scale), name
        edges = found["histogram"]["edges"]
        counts, _ = np.histogram(values, 32, range=(edges[0], edges[-1]))
        assert found["histogram"]["counts"] == counts.tolist(), name


def test_the_kind_of_model_is_told(run, imported, real):
    store, arrays = imported
    shown = run("show", 0, "--json", store=store).ok().json
    assert shown["model_type"] == real[1]
    assert shown["parameters"] == sum(array.size for array in arrays.values())


def test_the_source_is_known_by_its_checksum(run, imported, real):
    store, _ = imported
    source = foreign_store.open_index(store).execute("SELECT recipe_json FROM contexts").fetchone()
    recipe = json.loads(source[0])["source"]
    assert recipe == {"path": str(real[0]), "size": real[0].stat().st_size,
                      "md5": hashlib.md5(real[0].read_bytes()).hexdigest()}


def test_the_config_beside_minilm_is_the_slots(run, folder, minilm_file):
    run("import", minilm_file, store=folder / "store").ok()
    config = run("show", 0, "--json", store=folder / "store").ok().json["config"]
    beside = json.loads((minilm_file.parent / "config.json").read_text())
    assert config == {name: value for name, value in beside.items() if not isinstance(value, (list, dict))}
    assert (config["hidden_size"], config["num_hidden_layers"], config["vocab_size"]) == (384, 6, 30522)


def test_without_a_config_the_tensors_tell(run, folder, minilm_file):
    (folder / "model.safetensors").symlink_to(minilm_file)
    run("import", folder / "model.safetensors", store=folder / "store").ok()
    config = run("show", 0, "--json", store=folder / "store").ok().json["config"]
    assert config == {"hidden_size": 384, "num_hidden_layers": 6, "vocab_size": 30522}


# ---------------------------------------------------------------------- out

def test_exported_safetensors_are_what_was_imported(run, imported, folder):
    store, arrays = imported
    run("export", 0, folder / "out.safetensors", store=store).ok()
    again = load_file(folder / "out.safetensors")
    assert set(again) == set(arrays)
    for name, array in arrays.items():
        assert (again[name].dtype, again[name].shape) == (array.dtype, array.shape), name
        assert again[name].tobytes() == array.tobytes(), name


def test_an_exported_file_imports_as_the_same_slot(run, imported, folder):
    store, _ = imported
    run("export", 0, folder / "out.safetensors", store=store).ok()
    run("import", folder / "out.safetensors", "--slot", 1, store=store).ok()
    one, other = (run("show", slot, "--json", store=store).ok().json for slot in (0, 1))
    assert one["checksum"] == other["checksum"] and one["tensors"] == other["tensors"]
    assert one["config"] == other["config"] and one["model_type"] == other["model_type"]
    same = lambda shown: {name: text for name, text in shown["metadata"].items() if name != "model_path"}
    assert same(one) == same(other)


def test_exported_npz_is_what_was_imported(run, imported, folder):
    store, arrays = imported
    run("export", 0, folder / "out.npz", store=store).ok()
    with np.load(folder / "out.npz") as again:
        assert set(again.files) == set(arrays)
        for name, array in arrays.items():
            assert again[name].dtype == array.dtype and np.array_equal(again[name], array), name


@pytest.mark.parametrize("extension", ["npy", "npz", "safetensors"])
def test_one_tensor_is_exported_in_every_format(run, folder, silero_file, extension):
    run("import", silero_file, store=folder / "store").ok()
    out = folder / f"out.{extension}"
    run("export", 0, out, "--tensor", "conv2.weight", store=folder / "store").ok()
    wanted = load_file(silero_file)["conv2.weight"]
    if extension == "npy":
        found = np.load(out)
    else:
        arrays = load_file(out) if extension == "safetensors" else dict(np.load(out))
        assert list(arrays) == ["conv2.weight"]
        found = arrays["conv2.weight"]
    assert found.dtype == wanted.dtype and np.array_equal(found, wanted)


def test_metadata_of_the_file_comes_back_and_no_path_of_this_machine(run, folder):
    save_file({"w": np.zeros(3, np.float32)}, folder / "in.safetensors", metadata={"format": "pt", "author": "Ä 数"})
    run("import", folder / "in.safetensors", "--name", "mine", "--type", "LLM", store=folder / "store").ok()
    run("export", 0, folder / "out.safetensors", store=folder / "store").ok()
    with safe_open(folder / "out.safetensors", "numpy") as file:
        assert file.metadata() == {"format": "pt", "author": "Ä 数", "name": "mine", "model_type": "LLM"}
    assert str(folder).encode() not in (folder / "out.safetensors").read_bytes()


def test_the_header_is_padded_as_the_library_does_it(run, store, folder):
    for slot in range(5):
        run("export", slot, folder / f"{slot}.safetensors", store=store).ok()
        data = (folder / f"{slot}.safetensors").read_bytes()
        assert struct.unpack("<Q", data[:8])[0] % 8 == 0
        (name, one), = deserialize(data)
        assert (name, one["dtype"]) == ("weights", "F64")
        assert bytes(one["data"]) == foreign_store.llm_weights(slot).tobytes()


SMALL = {"F8_E4M3": ml_dtypes.float8_e4m3fn, "F8_E5M2": ml_dtypes.float8_e5m2, "F8_E8M0": ml_dtypes.float8_e8m0fnu,
         "F8_E4M3FNUZ": ml_dtypes.float8_e4m3fnuz, "F8_E5M2FNUZ": ml_dtypes.float8_e5m2fnuz}


@pytest.mark.parametrize("code", SMALL)
def test_small_floats_are_kept_in_safetensors_and_widened_elsewhere(run, folder, code):
    values = np.arange(256, dtype=np.uint8).view(SMALL[code])
    written(folder / "in.safetensors", {"w": {"dtype": code, "shape": [256], "data_offsets": [0, 256]}}, values.tobytes())
    run("import", folder / "in.safetensors", store=folder / "store").ok()
    run("export", 0, folder / "out.safetensors", store=folder / "store").ok()
    (_, one), = deserialize((folder / "out.safetensors").read_bytes())
    assert (one["dtype"], bytes(one["data"])) == (code, values.tobytes())
    for extension in ("npz", "npy"):
        said = run("export", 0, folder / f"out.{extension}", store=folder / "store").ok()
        assert "1 tensor of float8" in said.err and "float32" in said.err
    assert np.array_equal(np.load(folder / "out.npz")["w"], values.astype(np.float32), equal_nan=True)
    assert np.array_equal(np.load(folder / "out.npy"), values.astype(np.float32), equal_nan=True)


def test_bfloat16_is_float32_in_npz(run, folder):
    values = np.arange(2**16, dtype=np.uint16)
    written(folder / "in.safetensors", {"w": {"dtype": "BF16", "shape": [256, 256], "data_offsets": [0, 2**17]}},
            values.tobytes())
    run("import", folder / "in.safetensors", store=folder / "store").ok()
    said = run("export", 0, folder / "out.npz", store=folder / "store").ok()
    assert "1 tensor of bfloat16 written as float32" in said.err
    found = np.load(folder / "out.npz")["w"]
    wanted = values.view(ml_dtypes.bfloat16).astype(np.float32).reshape(256, 256)
    assert found.dtype == np.float32 and np.array_equal(found, wanted, equal_nan=True)


def test_complex128_has_no_place_in_safetensors(run, folder):
    np.save(folder / "in.npy", np.array([1 + 2j, 3], np.complex128))
    run("import", folder / "in.npy", store=folder / "store").ok()
    assert_refused(run("export", 0, folder / "out.safetensors", store=folder / "store"), "complex128")
    assert not (folder / "out.safetensors").exists()
    run("export", 0, folder / "out.npz", store=folder / "store").ok()
    assert np.array_equal(np.load(folder / "out.npz")["arr_0"], np.load(folder / "in.npy"))


@pytest.mark.parametrize("extension", ["npz", "safetensors"])
def test_what_is_there_is_replaced_only_by_force(run, store, folder, extension):
    out = folder / f"out.{extension}"
    out.write_bytes(b"old")
    assert_refused(run("export", 5, out, store=store), "exists")
    assert out.read_bytes() == b"old"
    run("export", 5, out, "--force", store=store).ok()
    assert len(dict(np.load(out) if extension == "npz" else load_file(out))) == 18  # nine layers of weight and bias
    assert_refused(run("export", 5, folder / f"no.{extension}", "--tensor", "nothing", store=store), "nothing", code=1)
    assert sorted(path.name for path in folder.glob("*.*")) == [f"out.{extension}"]


@pytest.mark.parametrize("extension", ["npy", "npz", "safetensors"])
def test_an_interrupted_export_leaves_nothing(program, folder, extension):
    # A sparse file, and a fast way to a large slot: it takes seconds to export.
    size = 1 << 30
    header = np.lib.format.header_data_from_array_1_0(np.zeros(1, np.float32)) | {"shape": (size // 4,)}
    (folder / "store/slots").mkdir(parents=True)
    with open(folder / "store/slots/00000000.npy", "wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        file.truncate(file.tell() + size)
    index = foreign_store.open_index(folder / "store")
    index.execute("INSERT INTO contexts (slot_id, weight_shape, weight_dtype, size_bytes) VALUES (0, ?, 'float32', ?)",
                  (f"[{size // 4}]", size))
    index.commit()
    index.close()
    out = folder / "out"
    out.mkdir()
    with program.popen("export", 0, out / f"x.{extension}", store=folder / "store") as process:
        wait_until(lambda: any(path.stat().st_size > 1 << 20 for path in out.iterdir()), "the export has begun")
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
    assert list(out.iterdir()) == []
