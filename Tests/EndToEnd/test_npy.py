"""The .npy format, both ways, against numpy itself."""

import io

import numpy as np
import pytest

import foreign_store
from program import assert_refused, staged_files

DTYPES = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
          "float16", "float32", "float64", "bfloat16", "complex64", "complex128"]
WIDE = [dtype for dtype in DTYPES if dtype != "bfloat16" and np.dtype(dtype).itemsize > 1]
SHAPES = [(), (1,), (7,), (0,), (3, 0, 2), (5, 3), (1, 4, 1), (2, 3, 4), (2, 1, 3, 2), (1000,)]


def sample(dtype, shape):
    """Values of every kind that a dtype has, NaN, infinities and negative zero included; bfloat16 as numpy's V2."""
    count = int(np.prod(shape, dtype=int))
    generator = np.random.default_rng(count + len(shape))
    if dtype == "bfloat16":
        return generator.integers(0, 2**16, count, dtype=np.uint16).view("V2").reshape(shape)
    if dtype == "bool":
        return generator.integers(0, 2, count).astype(bool).reshape(shape)
    if dtype.startswith("complex"):
        return sample("float32" if dtype == "complex64" else "float64", (2 * count,)).view(dtype).reshape(shape)
    if dtype.startswith("float"):
        values = generator.standard_normal(count).astype(dtype)
        special = np.array([np.nan, np.inf, -np.inf, -0.0, np.finfo(dtype).tiny, np.finfo(dtype).max], dtype=dtype)
        values[:min(count, special.size)] = special[:count]
        return values.reshape(shape)
    limits = np.iinfo(dtype)
    return generator.integers(limits.min, limits.max, count, dtype=dtype, endpoint=True).reshape(shape)


def same(one, other):
    """Same shape, dtype and bits."""
    return (one.shape, one.dtype) == (other.shape, other.dtype) and one.tobytes() == other.tobytes()


def header(path):
    """Version, shape, Fortran order, dtype and where the data begins."""
    with open(path, "rb") as file:
        version = np.lib.format.read_magic(file)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        return version, *read(file), file.tell()


@pytest.mark.parametrize("dtype", DTYPES)
def test_import_and_export_of_every_shape_and_order(run, folder, dtype):
    store = folder / "store"
    arrays = {}
    for shape in SHAPES:
        for order in "CF":
            slot = len(arrays)
            arrays[slot] = np.array(sample(dtype, shape), order=order)
            np.save(folder / "in.npy", arrays[slot])
            run("import", folder / "in.npy", "--slot", slot, store=store).ok()
    rows = foreign_store.rows(store)
    for slot, array in arrays.items():
        found = foreign_store.read_slot(store, slot)
        assert same(found.weights, array), (slot, array.shape)
        assert rows[slot]["checksum"] == foreign_store.md5(array)
        assert rows[slot]["weight_dtype"] == dtype
        assert rows[slot]["size_bytes"] == array.nbytes

        path = folder / f"{slot}.npy"
        run("export", slot, path, store=store).ok()
        assert same(np.load(path), array), (slot, array.shape)
        for written in (path, foreign_store.slot_file(store, slot)):
            version, _, fortran, _, start = header(written)
            assert version == (1, 0) and not fortran and start % 64 == 0
            assert written.stat().st_size == start + array.nbytes


@pytest.mark.parametrize("dtype", WIDE)
def test_big_endian_arrays_become_little_endian(run, folder, dtype):
    store = folder / "store"
    for slot, (shape, order) in enumerate([((5, 3), "C"), ((5, 3), "F"), ((2, 3, 4), "F"), ((), "C"), ((0, 2), "F")]):
        array = np.array(sample(dtype, shape), order=order)
        np.save(folder / "in.npy", array.astype(array.dtype.newbyteorder(">"), order="K"))
        assert b">" in (folder / "in.npy").read_bytes()[:80]
        run("import", folder / "in.npy", "--slot", slot, store=store).ok()
        assert same(foreign_store.read_slot(store, slot).weights, array), (shape, order)
    assert foreign_store.check(store) == []


def test_a_large_big_endian_array_in_fortran_order(run, folder):
    """Longer than the chunks that are read and the blocks that are gathered."""
    array = np.asfortranarray(np.arange(3_000 * 4_001, dtype=np.int32).reshape(3_000, 4_001))
    np.save(folder / "in.npy", array.astype(">i4"))
    run("import", folder / "in.npy", "--slot", 0, store=folder / "store").ok()
    assert same(foreign_store.read_slot(folder / "store", 0).weights, array)


def test_a_slot_that_another_program_wrote_big_endian_is_read_checked_and_kept(run, folder):
    store = folder / "store"
    store.mkdir()
    array = np.asfortranarray(np.arange(1, 7, dtype=">f8").reshape(2, 3))
    foreign_store.write_slot(store, 0, array, {}, {"model_type": "LLM"})
    assert run("verify", 0, "--json", store=store).ok().json[0]["ok"] is True
    shown = run("show", 0, "--json", store=store).ok().json
    assert (shown["weight_dtype"], shown["tensors"][0]["dtype"]) == (">f8", "float64")
    stats = run("stats", 0, "--json", store=store).ok().json
    assert (stats["min"], stats["max"], stats["mean"]) == (1, 6, 3.5)
    run("export", 0, folder / "out.npy", store=store).ok()
    assert same(np.load(folder / "out.npy"), array.astype("<f8", order="C"))
    # The save adopts the file as a revision, as it is.
    run("build", "llm", 0, store=store).ok()
    assert foreign_store.md5(array) in [row["checksum"] for row in run("history", 0, "--json", store=store).ok().json]
    run("restore", 0, store=store).ok()
    assert run("verify", 0, "--json", store=store).ok().json[0]["ok"] is True
    assert foreign_store.check(store) == []


@pytest.mark.parametrize("dictionary", [
    "{'descr': '>f4', 'fortran_order': False, 'shape': (2L, 3L), }",
    "{'shape':(2L,3L),'descr':'<f4','fortran_order':False}  \t ",
    "{u'fortran_order' : True , u'shape' : ( 2L , 3L ) , u'descr' : u'<f4'}",
])
def test_headers_as_python_2_wrote_them(run, folder, dictionary):
    array = np.arange(6, dtype=">f4" if ">f4" in dictionary else "<f4").reshape(2, 3)
    text = dictionary + " " * (117 - len(dictionary)) + "\n"
    data = array.tobytes("F" if "True" in dictionary else "C")
    (folder / "in.npy").write_bytes(b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode() + data)
    run("import", folder / "in.npy", "--slot", 0, store=folder / "store").ok()
    assert same(foreign_store.read_slot(folder / "store", 0).weights, array.astype("<f4"))


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_every_version_of_the_format_is_read(run, folder, version):
    array = sample("float32", (5, 3))
    with open(folder / "in.npy", "wb") as file:
        np.lib.format.write_array(file, array, version=version)
    run("import", folder / "in.npy", "--slot", 0, store=folder / "store").ok()
    assert same(foreign_store.read_slot(folder / "store", 0).weights, array)


def test_an_array_of_many_dimensions(run, folder):
    array = sample("int16", (1, 2) * 16)
    np.save(folder / "in.npy", array)
    run("import", folder / "in.npy", "--slot", 0, store=folder / "store").ok()
    assert same(foreign_store.read_slot(folder / "store", 0).weights, array)


@pytest.mark.parametrize("array, word", [
    (np.zeros(3, np.clongdouble), "c32"),
    (np.zeros(3, "U5"), "U5"),
    (np.zeros(3, "S5"), "S5"),
    (np.zeros(3, "V3"), "V3"),
    (np.zeros(3, "M8[s]"), "M8"),
    (np.zeros(3, "m8[s]"), "m8"),
    (np.zeros(3, np.longdouble), "f16"),
    (np.zeros(3, [("a", "f4"), ("b", "i2")]), "structured"),
    (np.array([{}, None]), "object"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_what_numpy_can_write_and_we_do_not_read_is_refused_by_name(run, folder, array, word):
    np.save(folder / "in.npy", array, allow_pickle=True)
    refused = run("import", folder / "in.npy", store=folder / "store")
    assert_refused(refused, "in.npy", "not supported", word)
    assert nothing_was_kept(folder / "store")


def bad_files():
    """Every way for a file to be no .npy, or to lie about itself."""
    buffer = io.BytesIO()
    np.save(buffer, np.arange(6, dtype=np.float32))
    good = buffer.getvalue()

    def with_header(text, version=b"\x01\x00", data=bytes(24)):
        text = text.encode("latin1")
        length = len(text).to_bytes(2 if version == b"\x01\x00" else 4, "little")
        return b"\x93NUMPY" + version + length + text + data

    def described(shape="(6,)", descr="'<f4'", order="False"):
        return f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n"

    return {
        "empty": b"",
        "only-magic": good[:6],
        "header-cut": good[:40],
        "data-cut": good[:-1],
        "data-too-long": good + b"\0",
        "other-magic": b"PK\x03\x04" + good[4:],
        "version-9": good[:6] + b"\x09" + good[7:],
        "header-longer-than-file": good[:8] + b"\xff\xff" + good[10:],
        "header-of-4-GB": with_header("", b"\x02\x00")[:8] + b"\xff\xff\xff\xff",
        "no-dictionary": with_header("[1, 2, 3]\n"),
        "no-shape": with_header("{'descr': '<f4', 'fortran_order': False}\n"),
        "no-descr": with_header("{'fortran_order': False, 'shape': (6,)}\n"),
        "no-order": with_header("{'descr': '<f4', 'shape': (6,)}\n"),
        "extra-key": with_header(described()[:-3] + "'x': 1}\n"),
        "negative-extent": with_header(described("(-6,)")),
        "huge-shape": with_header(described("(9223372036854775807, 9223372036854775807)")),
        "shape-beyond-64-bits": with_header(described("(99999999999999999999,)")),
        "terabytes": with_header(described("(1099511627776,)")),
        "shape-no-tuple": with_header(described("6")),
        "order-no-bool": with_header(described(order="1")),
        "unknown-descr": with_header(described(descr="'<q9'")),
        "big-endian-data-cut": with_header(described(descr="'>c16'")),
        "code-in-header": with_header(described("(__import__('os').getpid(),)")),
        "deep-header": with_header("{'descr': " + "(" * 20000 + "\n"),
        "not-latin": with_header("{'descr': '<f4', '\xff\xfe': 1}\n"),
    }


@pytest.mark.parametrize("kind", bad_files())
def test_a_malformed_file_is_refused(run, folder, kind):
    (folder / "bad.npy").write_bytes(bad_files()[kind])
    assert_refused(run("import", folder / "bad.npy", store=folder / "store", timeout=20), "bad.npy")
    assert nothing_was_kept(folder / "store")


def nothing_was_kept(store):
    """Whether no slot, revision or staged file came of a failed command."""
    if not (store / "index.db").exists():
        return not (store / "revisions").exists() or not any((store / "revisions").iterdir())
    return (foreign_store.rows(store) == {} and not any((store / "revisions").iterdir())
            and staged_files(store) == [])
