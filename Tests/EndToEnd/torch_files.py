"""Files as torch.save writes them, without torch: the same zip members and, by Python's own pickler, the same pickles.

`scripts/check-torch` compares with real torch where that is installed.
"""

import contextlib
import io
import pickle
import sys
import types
import zipfile
from collections import OrderedDict
from dataclasses import dataclass, field

import ml_dtypes
import numpy as np

STORAGES = {
    "float64": "DoubleStorage", "float32": "FloatStorage", "float16": "HalfStorage", "bfloat16": "BFloat16Storage",
    "int64": "LongStorage", "int32": "IntStorage", "int16": "ShortStorage", "int8": "CharStorage",
    "uint8": "ByteStorage", "bool": "BoolStorage", "complex64": "ComplexFloatStorage",
    "complex128": "ComplexDoubleStorage",
}
# Without a storage type of their own: in an UntypedStorage, by _rebuild_tensor_v3.
UNTYPED = ["uint16", "uint32", "uint64", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz",
           "float8_e8m0fnu"]
DTYPES = [*STORAGES, *UNTYPED]


def numpy_dtype(name):
    return np.dtype(getattr(ml_dtypes, name, None) or name)


# ---------------------------------------------------------------------- what the pickler sees

def _function(module, name):
    def function(*_):
        raise AssertionError("nothing calls this")
    function.__module__, function.__qualname__, function.__name__ = module, name, name
    return function


class _DType:
    """Pickled by its name, as torch's are."""
    __module__ = "torch"

    def __init__(self, name):
        self.name = name

    def __reduce__(self):
        return self.name


def _modules():
    torch, utils, storage = (types.ModuleType(name) for name in ("torch", "torch._utils", "torch.storage"))
    for name in STORAGES.values():
        setattr(torch, name, type(name, (), {"__module__": "torch"}))
    storage.UntypedStorage = type("UntypedStorage", (), {"__module__": "torch.storage"})
    for name in DTYPES:
        setattr(torch, name, _DType(name))
    torch.Size = type("Size", (tuple,), {"__module__": "torch", "__reduce__": lambda self: (torch.Size, (tuple(self),))})
    for name in ("_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3", "_rebuild_parameter"):
        setattr(utils, name, _function("torch._utils", name))
    torch._utils, torch.storage = utils, storage
    return {"torch": torch, "torch._utils": utils, "torch.storage": storage}


MODULES = _modules()
torch = MODULES["torch"]


@contextlib.contextmanager
def _installed():
    before = {name: sys.modules.get(name) for name in MODULES}
    sys.modules.update(MODULES)
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


@dataclass
class Storage:
    """A run of elements that tensors share; in the file a member of its own."""
    values: np.ndarray
    dtype: str
    key: str = None

    @property
    def is_typed(self):
        return self.dtype in STORAGES


@dataclass
class Tensor:
    """A view of a storage: all counts in elements."""
    storage: Storage
    offset: int
    size: tuple
    stride: tuple
    metadata: list = field(default_factory=list)
    is_parameter: bool = False

    @classmethod
    def of(cls, array, dtype=None, **options):
        """A contiguous tensor with a storage to itself."""
        array = np.ascontiguousarray(array).reshape(np.shape(array))
        strides = tuple(stride // array.itemsize for stride in array.strides)
        return cls(Storage(array.reshape(-1), dtype or str(array.dtype)), 0, array.shape, strides, **options)

    def view(self, offset, size, stride):
        return Tensor(self.storage, offset, size, stride)

    @property
    def array(self):
        """What it holds, in C order, by numpy's own indexing: elements without a meaning."""
        item = self.storage.values.itemsize
        view = np.lib.stride_tricks.as_strided(
            self.storage.values.view(f"V{item}")[self.offset:], self.size, [stride * item for stride in self.stride])
        return np.ascontiguousarray(view).reshape(self.size)

    def __reduce_ex__(self, _protocol):
        arguments = (self.storage, self.offset, tuple(self.size), tuple(self.stride), False, OrderedDict())
        if self.storage.is_typed:
            made = torch._utils._rebuild_tensor_v2, arguments + tuple(self.metadata)
        else:
            made = torch._utils._rebuild_tensor_v3, arguments + (getattr(torch, self.storage.dtype),)
        if self.is_parameter:
            self.is_parameter = False
            inner = Tensor(self.storage, self.offset, self.size, self.stride)
            return torch._utils._rebuild_parameter, (inner, True, OrderedDict())
        return made


class _Pickler(pickle.Pickler):
    def __init__(self, file, protocol):
        super().__init__(file, protocol)
        self.storages = []

    def persistent_id(self, thing):
        if not isinstance(thing, Storage):
            return None
        if thing.key is None or all(thing is not storage for storage in self.storages):
            thing.key = str(len(self.storages))
            self.storages.append(thing)
        kind = getattr(torch, STORAGES[thing.dtype]) if thing.is_typed else torch.storage.UntypedStorage
        count = thing.values.size if thing.is_typed else thing.values.nbytes
        return ("storage", kind, thing.key, "cpu", count)


class StateDict(OrderedDict):
    """As module.state_dict() gives it: with an attribute, which the pickle has as a state to be set."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self._metadata = OrderedDict([("", {"version": 1})])

    def __reduce__(self):
        return OrderedDict, (), {"_metadata": self._metadata}, None, iter(self.items())


def pickled(thing, protocol=2):
    """The pickle, and the storages that it refers to."""
    file = io.BytesIO()
    with _installed():
        pickler = _Pickler(file, protocol)
        pickler.dump(thing)
    return file.getvalue(), pickler.storages


def save(thing, path, protocol=2, folder="archive", byteorder="little", compression=zipfile.ZIP_STORED, streamed=False):
    """What torch.save(thing, path) writes; `streamed` to a file that can't be wound back, so with data descriptors."""
    data, storages = pickled(thing, protocol)
    members = [("data.pkl", data)]
    if byteorder:
        members.append(("byteorder", byteorder.encode()))
    for storage in storages:
        values = storage.values
        if byteorder == "big":
            values = values.view(big_endian(values.dtype)).byteswap()
        members.append((f"data/{storage.key}", values.tobytes()))
    members += [("version", b"3\n"), (".data/serialization_id", b"1" * 40)]
    write(path, {f"{folder}/{name}": data for name, data in members}, compression, streamed)


def big_endian(dtype):
    """Integers of the size of what changes its byte order."""
    size = dtype.itemsize // 2 if dtype.kind == "c" else dtype.itemsize
    return f"u{size}"


def write(path, members, compression=zipfile.ZIP_STORED, streamed=False):
    with open(path, "wb") as file, zipfile.ZipFile(_Unseekable(file) if streamed else file, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


class _Unseekable:
    def __init__(self, file):
        self.write, self.flush = file.write, file.flush
