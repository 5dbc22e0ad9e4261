"""PyTorch's files: the tensors that are in them, and no more."""

import hashlib
import importlib.util
import os
import pickle
import struct
import subprocess
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import foreign_store
import torch_files
from program import assert_refused
from test_npy import nothing_was_kept, sample
from test_safetensors import tensor_bytes, tensors_of
from torch_files import StateDict, Tensor


def values(dtype, shape):
    if dtype in ("bfloat16", *torch_files.UNTYPED) and not dtype.startswith("uint"):
        numpy = torch_files.numpy_dtype(dtype)
        return np.random.default_rng(1).integers(0, 255, (*shape, numpy.itemsize), np.uint8).view(numpy)[..., 0]
    return sample(dtype, shape)


def assert_imported(run, folder, path, expected):
    """Imports a file and compares every tensor's dtype, shape and bytes."""
    run("import", path, "--slot", 0, store=folder / "store").ok()
    shown = tensors_of(run, folder / "store", 0)
    assert {name: (t["dtype"], t["shape"]) for name, t in shown.items()} == {
        name: (tensor.storage.dtype, list(tensor.size)) for name, tensor in expected.items()}
    read = tensor_bytes(folder / "store", 0)
    for name, tensor in expected.items():
        assert read(name) == tensor.array.tobytes(), name
    assert foreign_store.check(folder / "store") == []


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_a_state_dict_by_every_protocol(run, folder, protocol):
    state = StateDict((f"layer.{i}.{kind}", Tensor.of(values("float32", shape), is_parameter=i == 1))
                      for i in range(3) for kind, shape in (("weight", (5, 7)), ("bias", (5,))))
    expected = dict(state)
    torch_files.save(state, folder / "model.pt", protocol)
    assert_imported(run, folder, folder / "model.pt", expected)


@pytest.mark.parametrize("byteorder", ["little", "big", None])
def test_every_dtype_and_byte_order(run, folder, byteorder):
    state = {dtype: Tensor.of(values(dtype, (3, 5)), dtype) for dtype in torch_files.DTYPES}
    torch_files.save(state, folder / "model.bin", byteorder=byteorder)
    assert_imported(run, folder, folder / "model.bin", state)


def test_a_checkpoint_gives_names_with_dots_and_its_settings(run, folder):
    weight = Tensor.of(values("float32", (4, 4)))
    moments = [{"exp_avg": Tensor.of(values("float32", (4, 4)))}]
    torch_files.save({
        "state_dict": StateDict([("encoder.weight", weight), ("tied", weight)]),
        "epoch": 3, "best": 0.25, "amp": True, "arch": "résnet18", "none": None, "huge": 1 << 80,
        "optimizer": {"state": {0: moments[0]}, "param_groups": [{"lr": 0.1, "params": [0, 1]}]},
        "args": {"lr": 0.5, "long": "x" * 5000}, "sizes": torch_files.torch.Size((2, 3)), "tags": {"a"}, "raw": b"abc",
    }, folder / "checkpoint.pth", 4)
    assert_imported(run, folder, folder / "checkpoint.pth", {
        "state_dict.encoder.weight": weight, "state_dict.tied": weight,
        "optimizer.state.0.exp_avg": moments[0]["exp_avg"]})
    shown = run("show", 0, "--json", store=folder / "store").ok().json
    assert shown["config"] == {"epoch": 3, "best": 0.25, "amp": True, "args.lr": 0.5}
    assert shown["metadata"]["arch"] == "résnet18" and "args.long" not in shown["metadata"]


def test_tensors_in_lists_and_one_alone(run, folder):
    one = Tensor.of(values("float64", (2, 3)))
    torch_files.save([one, {"b": Tensor.of(values("int8", (3,)))}], folder / "list.pt")
    run("import", folder / "list.pt", "--slot", 1, store=folder / "store").ok()
    assert set(tensors_of(run, folder / "store", 1)) == {"0", "1.b"}
    torch_files.save(one, folder / "one.pt")
    run("import", folder / "one.pt", "--slot", 2, store=folder / "store").ok()
    found = foreign_store.read_slot(folder / "store", 2).weights
    assert (str(found.dtype), found.shape, found.tobytes()) == ("float64", (2, 3), one.array.tobytes())


def test_views_of_every_kind(run, folder):
    base = Tensor.of(np.arange(24 * 40, dtype=np.float32).reshape(24, 40))
    state = {
        "base": base,
        "transposed": base.view(0, (40, 24), (1, 40)),
        "sliced": base.view(40 * 3 + 5, (7, 11), (40, 1)),
        "stepped": base.view(1, (5, 6), (80, 3)),
        "permuted": base.view(0, (4, 10, 24), (10, 1, 40)),
        "repeated": base.view(7, (3, 5), (0, 1)),
        "scalar": base.view(17, (), ()),
        "empty": base.view(960, (0, 3), (3, 1)),
        "one": base.view(3, (1, 1, 4), (999, 0, 1)),
    }
    torch_files.save(state, folder / "views.pt")
    assert_imported(run, folder, folder / "views.pt", state)


def test_a_large_transposed_tensor(run, folder):
    """Longer than the windows and blocks by which it is gathered."""
    base = Tensor.of(np.arange(3000 * 3500, dtype=np.int32).reshape(3000, 3500))
    state = {"weight": base.view(0, (3500, 3000), (1, 3500)), "half": base.view(1, (3000, 1750), (3500, 2))}
    torch_files.save(state, folder / "large.pt")
    assert_imported(run, folder, folder / "large.pt", state)


@pytest.mark.parametrize("options", [{"compression": zipfile.ZIP_DEFLATED}, {"streamed": True}, {"folder": "a model"}],
                         ids=str)
def test_archives_that_others_packed(run, folder, options):
    state = {"a": Tensor.of(values("float32", (300, 400))), "b": Tensor.of(values("int64", (3,)))}
    torch_files.save(state, folder / "model.pt", **options)
    assert_imported(run, folder, folder / "model.pt", state)


def test_the_silero_model_as_torchscript_is_refused_by_name(run, folder):
    package = importlib.util.find_spec("silero_vad")
    assert package, "silero-vad is not installed: `scripts/setup test` does it"
    found = next(Path(package.submodule_search_locations[0]).rglob("silero_vad.jit"))
    assert_refused(run("import", found, store=folder / "store"), "silero_vad.jit", "TorchScript", "state_dict")
    assert not (folder / "store").exists()


# ---------------------------------------------------------------------- what is refused

def refused(run, folder, *words, timeout=20):
    result = run("import", folder / "bad.pt", store=folder / "store", timeout=timeout)
    assert_refused(result, "bad.pt", *words)
    assert nothing_was_kept(folder / "store")


class Calls:
    def __init__(self, function, *arguments):
        self.made = function, arguments

    def __reduce__(self):
        return self.made


def evil():
    """Pickles that ask for what tensors do not need."""
    return {
        "os.system": (Calls(os.system, "touch /tmp/slotscope-was-here"), "system"),
        "eval": (Calls(eval, "1"), "builtin"),
        "subprocess": (Calls(subprocess.Popen, ["true"]), "Popen"),
        "getattr": (Calls(getattr, "a", "b"), "getattr"),
        "counter": (Counter("abc"), "collections.Counter"),
        "object": (Path("/etc/passwd"), "Path"),
        "numpy": (np.float64(3), "numpy"),
    }


@pytest.mark.parametrize("protocol", [2, 4])
@pytest.mark.parametrize("kind", evil())
def test_a_pickle_that_asks_for_anything_else_is_refused_by_name_and_runs_nothing(run, folder, kind, protocol):
    thing, word = evil()[kind]
    torch_files.save({"a": Tensor.of(values("float32", (2,))), "b": thing}, folder / "bad.pt", protocol)
    refused(run, folder, word, "nothing of it was run")
    assert not Path("/tmp/slotscope-was-here").exists()


def raw(folder, data, **members):
    torch_files.write(folder / "bad.pt", {"x/data.pkl": data, "x/data/0": bytes(16), **members})


def tensor(storage="torch FloatStorage", count=b"K\x04", offset=b"K\x00", size=b"K\x04\x85", stride=b"K\x01\x85",
           key=b"X\x01\0\0\x000", call="torch._utils _rebuild_tensor_v2"):
    """A dictionary with one tensor, instruction by instruction."""
    def name(text):
        module, _, what = text.partition(" ")
        return f"c{module}\n{what}\n".encode()
    return (b"\x80\x02}X\x01\0\0\0w" + name(call) + b"((X\x07\0\0\0storage" + name(storage) + key + b"X\x03\0\0\0cpu" + count
            + b"tQ" + offset + size + stride + b"\x89" + name("collections OrderedDict") + b")RtRs.")


def bad_pickles():
    good = tensor()
    return {
        "empty": (b"", "cut short"),
        "no-stop": (good[:-1], "cut short"),
        "trailing": (good + b".", "after its end"),
        "protocol-1": (b"\x80\x01}.", "protocol 1"),
        "protocol-6": (b"\x80\x06}.", "protocol 6"),
        "unknown-opcode": (b"\x80\x02\xff.", "unknown instruction 255"),
        "text-opcode": (b"\x80\x02I1\n.", "INT"),
        "newobj": (b"\x80\x02ccollections\nOrderedDict\n)\x81.", "NEWOBJ"),
        "inst": (b"\x80\x02(ios\nsystem\n.", "INST"),
        "extension": (b"\x80\x02\x82\x01.", "EXT1"),
        "empty-stack": (b"\x80\x02.", "lacks its values"),
        "no-mark": (b"\x80\x02K\x01t.", "lacks its values"),
        "below-the-mark": (b"\x80\x02}(s.", "lacks its values"),
        "no-memo": (b"\x80\x02h\x07.", "never stored"),
        "not-utf8": (b"\x80\x02X\x02\0\0\0\xff\xfe.", "UTF-8"),
        "text-of-4-gb": (b"\x80\x02X\xff\xff\xff\xff.", "cut short"),
        "text-of-2-to-the-64": (b"\x80\x04\x8d" + b"\xff" * 8 + b".", "cut short"),
        "append-to-a-number": (b"\x80\x02K\x01K\x02a.", "wrong kind"),
        "odd-items": (b"\x80\x02}(K\x01u.", "wrong kind"),
        "call-a-number": (b"\x80\x02K\x01)R.", "wrong kind"),
        "call-a-storage": (b"\x80\x02ctorch\nFloatStorage\n)R.", "arguments"),
        "build-a-number": (b"\x80\x02K\x01}b.", "wrong kind"),
        "id-of-something": (b"\x80\x02K\x01Q.", "persistent id"),
        "no-tensors": (b"\x80\x02}X\x01\0\0\0aK\x01s.", "no tensors"),
        "holds-itself": (b"\x80\x02}q\x00X\x01\0\0\0ah\x00s.", "inside each other"),
        "deep": (b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b".", "inside each other"),
        "deep-tuples": (b"\x80\x02)" + b"\x85" * 500_000 + b".", "inside each other"),
        "wide": (b"\x80\x02" + b"]" * 3_000_000 + b".", "more values"),
        "doubling": (b"\x80\x02]q\x00" + b"".join(b"0](h%ch%ceq%c" % (i, i, i + 1) for i in range(60)) + b".",
                     "more values"),
        "tuple-key": (b"\x80\x02}K\x01\x85K\x01s.", "key"),
        "long-name": (b"\x80\x02}X\x00\x10\0\0" + b"n" * 4096 + b"K\x01s.", "4097 bytes"),
        "negative-size": (tensor(size=b"J\xff\xff\xff\xff\x85"), "from 0 up"),
        "negative-stride": (tensor(stride=b"J\xff\xff\xff\xff\x85"), "from 0 up"),
        "negative-offset": (tensor(offset=b"J\xff\xff\xff\xff"), "from 0 up"),
        "size-no-integers": (tensor(size=b"X\x01\0\0\0a\x85"), "arguments"),
        "other-lengths": (tensor(stride=b"K\x01K\x01\x86"), "from 0 up"),
        "huge-size": (tensor(size=b"\x8a\x08" + b"\xff" * 7 + b"\x7f\x85"), "larger than any memory"),
        "65-dimensions": (tensor(size=b"(" + b"K\x01" * 65 + b"t"), "65 dimensions"),
        "outside": (tensor(offset=b"K\x01"), "outside of its storage"),
        "stride-outside": (tensor(stride=b"K\x02\x85"), "outside of its storage"),
        "stride-overflows": (tensor(stride=b"\x8a\x08" + b"\xff" * 7 + b"\x7f\x85"), "outside of its storage"),
        "overlapping": (tensor(size=b"K\x02K\x02\x86", stride=b"K\x01K\x01\x86"), "overlap"),
        "storage-count": (tensor(count=b"K\x05"), "has 16 bytes, and should have 20"),
        "huge-count": (tensor(count=b"\x8a\x08" + b"\xff" * 7 + b"\x7f"), "16 bytes"),
        "negative-count": (tensor(count=b"J\xff\xff\xff\xff"), "from 0 up"),
        "missing-storage": (tensor(key=b"X\x01\0\0\x007"), "not there"),
        "path-in-key": (tensor(key=b"X\x0b\0\0\0../../x/0\0\0"), "not there"),
        "inflated": (tensor(size=b"J\0\0\0\x10\x85", stride=b"K\0\x85"), "out of all proportion"),
        "quantised": (tensor(storage="torch QInt8Storage"), "torch.QInt8Storage"),
        "untyped-by-v2": (tensor(storage="torch.storage UntypedStorage"), "arguments"),
        "storage-of-a-dtype": (tensor(storage="torch float32"), "persistent id"),
        "sparse": (tensor(call="torch._utils _rebuild_sparse_tensor"), "_rebuild_sparse_tensor"),
    }


@pytest.mark.parametrize("kind", bad_pickles())
def test_a_bad_pickle_is_refused(run, folder, kind):
    data, word = bad_pickles()[kind]
    raw(folder, data)
    refused(run, folder, word)


def test_the_pickle_made_by_hand_is_good(run, folder):
    raw(folder, tensor())
    run("import", folder / "bad.pt", store=folder / "store").ok()
    assert tensors_of(run, folder / "store", 0)["w"]["shape"] == [4]


def test_two_tensors_of_one_name(run, folder):
    torch_files.save({"a.b": Tensor.of(values("int8", (1,))), "a": {"b": Tensor.of(values("int8", (1,)))}},
                     folder / "bad.pt")
    refused(run, folder, "two tensors")


def test_archives_that_lack_or_have_too_much(run, folder):
    raw(folder, tensor(), **{"y/data.pkl": b"."})
    refused(run, folder, "two pickles")
    raw(folder, tensor(), **{"x/byteorder": b"middle"})
    refused(run, folder, "byte order")
    raw(folder, tensor(), **{"x/constants.pkl": b"."})
    refused(run, folder, "TorchScript")
    torch_files.write(folder / "bad.pt", {"x/y/data.pkl": tensor()})
    refused(run, folder, "neither numpy arrays")


def test_a_pickle_too_long(run, folder):
    torch_files.write(folder / "bad.pt", {"x/data.pkl": bytes((32 << 20) + 1)}, zipfile.ZIP_DEFLATED)
    refused(run, folder, "33554433 bytes long")


def test_files_before_version_1_6_are_refused_as_what_they_are(run, folder):
    (folder / "bad.pt").write_bytes(pickle.dumps(0x1950A86A20F9469CFC6C, 2) + pickle.dumps(1001, 2))
    refused(run, folder, "pickle", "1.6")


def test_a_file_cut_anywhere_is_refused(run, folder):
    state = {"a": Tensor.of(values("float32", (2, 2)))}
    torch_files.save(state, folder / "good.pt")
    whole = (folder / "good.pt").read_bytes()
    for count in sorted({0, 1, 3, 4, 29, 30, 100, len(whole) // 2, len(whole) - 23, len(whole) - 22, len(whole) - 1}):
        (folder / "bad.pt").write_bytes(whole[:count])
        refused(run, folder)


def test_a_changed_bit_in_a_tensor_is_seen(run, folder):
    state = {"a": Tensor.of(np.full(1000, 7, np.float64))}
    torch_files.save(state, folder / "bad.pt")
    whole = bytearray((folder / "bad.pt").read_bytes())
    whole[whole.index(struct.pack("<d", 7)) + 3000] ^= 1
    (folder / "bad.pt").write_bytes(whole)
    refused(run, folder, "CRC-32")


def test_checksums_that_torch_was_told_not_to_compute(run, folder):
    state = {"a": Tensor.of(np.full(10, 7, np.float64)), "b": Tensor.of(np.ones(1, np.int8))}
    torch_files.save(state, folder / "model.pt")
    with zipfile.ZipFile(folder / "model.pt") as archive:
        checksum = archive.getinfo("archive/data/0").CRC
    whole = (folder / "model.pt").read_bytes()
    assert whole.count(struct.pack("<I", checksum)) == 2
    (folder / "model.pt").write_bytes(whole.replace(struct.pack("<I", checksum), bytes(4)))
    assert_imported(run, folder, folder / "model.pt", state)


def test_a_rebuild_imports_the_file_again(run, folder):
    state = {"a": Tensor.of(values("float32", (2, 2)))}
    torch_files.save(state, folder / "model.pt")
    run("import", folder / "model.pt", "--slot", 0, store=folder / "store").ok()
    before = foreign_store.rows(folder / "store")[0]["checksum"]
    run("rebuild", 0, store=folder / "store").ok()
    assert foreign_store.rows(folder / "store")[0]["checksum"] == before
    assert before == hashlib.md5(state["a"].array.tobytes()).hexdigest()
