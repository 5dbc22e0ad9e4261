"""The .npz format against numpy itself, and archives that lie."""

import io
import struct
import zipfile
import zlib

import numpy as np
import pytest

import foreign_store
from measured import MB, measured
from program import assert_refused
from test_npy import DTYPES, nothing_was_kept, sample
from test_safetensors import tensor_bytes, tensors_of


pytestmark = pytest.mark.alone

def assert_imported(run, folder, path, arrays):
    run("import", path, "--slot", 0, store=folder / "store").ok()
    shown = tensors_of(run, folder / "store", 0)
    assert {name: (t["dtype"], t["shape"]) for name, t in shown.items()} == {
        name: (name if array.dtype.kind == "V" else str(array.dtype.newbyteorder("=")), list(array.shape))
        for name, array in arrays.items()}
    read = tensor_bytes(folder / "store", 0)
    for name, array in arrays.items():
        assert read(name) == array.astype(array.dtype.newbyteorder("<")).tobytes(), name
    assert foreign_store.check(folder / "store") == []


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_every_dtype_stored_and_deflated(run, folder, save):
    arrays = {dtype: sample(dtype, (3, 5)) for dtype in DTYPES}
    save(folder / "in.npz", **arrays)
    assert_imported(run, folder, folder / "in.npz", arrays)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_orders_shapes_and_names(run, folder, save):
    arrays = {
        "fortran": np.asfortranarray(sample("float32", (40, 30))), "big": sample("int32", (7,)).astype(">i4"),
        "both": np.asfortranarray(sample("float64", (4, 5, 6)).astype(">f8")), "scalar": sample("float16", ()),
        "none": sample("int8", (0, 3)), "layer/0/weight": sample("int64", (2,)), "a.b": sample("bool", (9,)),
        "größe": sample("uint8", (1,)), "x.npy": sample("uint8", (2,)),
    }
    save(folder / "in.npz", **arrays)
    assert_imported(run, folder, folder / "in.npz", arrays)


def test_arrays_longer_than_chunks_and_blocks(run, folder):
    arrays = {"c": np.arange(5_000_000, dtype=np.int32), "f": np.asfortranarray(np.arange(12e6).reshape(3000, 4000)),
              "z": np.zeros(3_000_000, np.uint8)}
    np.savez_compressed(folder / "in.npz", **arrays)
    assert_imported(run, folder, folder / "in.npz", arrays)


def test_arrays_without_names_and_archives_of_other_programs(run, folder):
    np.savez(folder / "in.npz", np.arange(3), np.arange(4.0))
    assert_imported(run, folder, folder / "in.npz", {"arr_0": np.arange(3), "arr_1": np.arange(4.0)})
    # To a file that can't be wound back: data descriptors.
    with open(folder / "piped.npz", "wb") as file:
        class Pipe:
            write, flush = file.write, file.flush
        with zipfile.ZipFile(Pipe(), "w", zipfile.ZIP_DEFLATED) as archive:
            for name in ("x", "y"):
                archive.writestr(f"{name}.npy", npy(np.arange(1000)))
    assert_imported(run, folder, folder / "piped.npz", {"x": np.arange(1000), "y": np.arange(1000)})
    with zipfile.ZipFile(folder / "comment.npz", "w") as archive:
        archive.writestr("x.npy", npy(np.arange(3)))
        archive.comment = b"c" * 65535
    assert_imported(run, folder, folder / "comment.npz", {"x": np.arange(3)})


def npy(array):
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def archived(path, members, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


# ---------------------------------------------------------------------- what is refused

def refused(run, folder, *words, timeout=20):
    result = run("import", folder / "bad.npz", store=folder / "store", timeout=timeout)
    assert_refused(result, "bad.npz", *words)
    assert nothing_was_kept(folder / "store")


def test_members_that_are_no_arrays_are_refused_by_name(run, folder):
    good = npy(np.arange(3))
    for members, words in [
        ({"a.npy": good, "things.npy": npy(np.array([{}, None]))}, ("things", "object arrays")),
        ({"a.npy": good, "names.npy": npy(np.array(["a"]))}, ("names", "strings")),
        ({"a.npy": good, "readme.md": b"hello"}, ("readme.md", "no .npy file")),
        ({"a.npy": good, "b.npy": b"hello"}, ("‘b’", "not a .npy file")),
        ({"a.npy": good, "b.npy": good[:-1]}, ("‘b’", "cut short")),
        ({".npy": good}, ("without a name",)),
        ({}, ("no arrays",)),
        ({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}, ("neither numpy arrays",)),
        ({"../../a.npy": good}, ("../../a.npy", "leads out")),
        ({"/etc/a.npy": good}, ("/etc/a.npy", "leads out")),
    ]:
        archived(folder / "bad.npz", members)
        refused(run, folder, *words)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_archives_that_python_makes_and_we_do_not_read(run, folder):
    data = npy(np.arange(1000))
    for compression, word in [(zipfile.ZIP_BZIP2, "bzip2"), (zipfile.ZIP_LZMA, "LZMA")]:
        archived(folder / "bad.npz", {"a.npy": data}, compression)
        refused(run, folder, word)
    with zipfile.ZipFile(folder / "bad.npz", "w") as archive:
        archive.writestr("a.npy", data)
        archive.writestr("a.npy", data)
    refused(run, folder, "‘a.npy’ twice")


def test_an_archive_cut_anywhere_is_refused(run, folder):
    np.savez_compressed(folder / "good.npz", a=np.arange(100), b=np.zeros(3))
    whole = (folder / "good.npz").read_bytes()
    for count in sorted({0, 2, 4, 29, 30, 35, 60, len(whole) // 2, len(whole) - 100, len(whole) - 22, len(whole) - 1}):
        (folder / "bad.npz").write_bytes(whole[:count])
        refused(run, folder)


def test_every_changed_byte_is_refused_or_means_nothing(run, folder):
    """Of the directory and of the headers, one in each field."""
    np.savez(folder / "good.npz", a=np.arange(10))
    whole = (folder / "good.npz").read_bytes()
    directory = whole.index(b"PK\x01\x02")
    seen = 0
    for place in [0, 6, 8, 14, 18, 22, 26, 28, 30, *(directory + at for at in (0, 8, 10, 16, 20, 24, 28, 30, 42, 46)),
                  len(whole) - 22, len(whole) - 14, len(whole) - 12, len(whole) - 6]:
        changed = bytearray(whole)
        changed[place] ^= 0x41
        (folder / "bad.npz").write_bytes(changed)
        refused(run, folder)
        seen += 1
    assert seen == 23


def deflated_zeros(count):
    """Deflated, without having them at once."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    chunk = bytes(1 << 20)
    return b"".join([*(packer.compress(chunk) for _ in range(count >> 20)), packer.flush()])


def hand_made(members):
    """An archive of (name, method, size, data, crc): headers that say so, true or not."""
    body, directory = b"", b""
    for name, method, size, data, crc in members:
        name = name.encode()
        common = struct.pack("<HHHIIIIHH", 20, 0, method, 0, crc, len(data), size, len(name), 0)
        directory += b"PK\x01\x02\x14\0" + common + struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + name
        body += b"PK\x03\x04" + common + name + data
    end = struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


def test_a_bomb_is_refused_within_a_second_and_little_memory(program, folder):
    """Each would fill a disk, or the memory, if its numbers were believed."""
    header = b"\x93NUMPY\x01\x00\x76\x00" + b"{'descr': '|u1', 'fortran_order': False, 'shape': (4000000000,), }".ljust(117) + b"\n"
    inner = zlib.compressobj(9, zlib.DEFLATED, -15)
    short = inner.compress(header + bytes(10_000)) + inner.flush()
    overlapping = hand_made([("0.npy", 8, 4 << 20, deflated_zeros(4 << 20), 0)])
    entry = overlapping[overlapping.index(b"PK\x01\x02"):overlapping.index(b"PK\x05\x06")]
    many = b"".join(entry.replace(b"0.npy", f"{i}.npy".encode()) for i in range(10))
    start = overlapping.index(b"PK\x01\x02")
    for data, word in [
        (hand_made([("a.npy", 8, 4_000_000_128, short, 0)]), "more than deflating can do"),
        (hand_made([("a.npy", 8, 4_294_967_294, bytes(4_161_791), 0)]), "inflated"),
        (overlapping[:start] + many + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 10, 10, len(many), start, 0),
         "overlaps"),
        (hand_made([("a.npy", 8, 10_000_000, deflated_zeros(64 << 20), 0)]), "not a .npy file"),
        (b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 65534, 65534, 65534 * 46, 0, 0), "directory"),
    ]:
        (folder / "bad.npz").write_bytes(data)
        result = measured(program, "import", folder / "bad.npz", store=folder / "store", memory=True)
        assert_refused(result, "bad.npz", word)
        assert result.seconds < 1 and result.memory < 100 * MB, (word, result.seconds, result.memory)
        assert nothing_was_kept(folder / "store")


def test_deflated_data_that_hold_less_or_more_than_they_say(run, folder):
    whole = npy(np.zeros(100_000, np.uint8))
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packer.compress(whole + bytes(1000)) + packer.flush()
    crc = zlib.crc32(whole + bytes(1000))
    cut = zlib.compressobj(9, zlib.DEFLATED, -15)
    less = cut.compress(whole[:-1000]) + cut.flush()
    for member, word in [
        (("a.npy", 8, len(whole), data, crc), "more than the"),
        (("a.npy", 8, len(whole), less, crc), "becomes only"),
        (("a.npy", 8, len(whole) + 1000, data, crc), "after its data"),
        (("a.npy", 8, len(whole), data[:-5], crc), ""),
        (("a.npy", 0, len(whole), whole, 1), "CRC-32"),
    ]:
        (folder / "bad.npz").write_bytes(hand_made([member]))
        refused(run, folder, word)


def test_a_changed_bit_in_the_data_is_seen(run, folder):
    for save in (np.savez, np.savez_compressed):
        save(folder / "bad.npz", a=np.random.default_rng(1).integers(0, 1000, 100_000))
        whole = bytearray((folder / "bad.npz").read_bytes())
        whole[len(whole) // 2] ^= 1
        (folder / "bad.npz").write_bytes(whole)
        refused(run, folder, "damage")
