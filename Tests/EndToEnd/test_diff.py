"""`slotscope diff` against numpy, on a real transformer and on what is hard about numbers."""

import json
import struct

import gguf
import ml_dtypes
import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file

from program import assert_refused, assert_usage

SAFETENSORS_NAMES = {"float64": "F64", "float32": "F32", "float16": "F16", "bfloat16": "BF16", "int64": "I64",
                     "int8": "I8", "uint8": "U8", "bool": "BOOL"}


def write_model(path, tensors):
    """A safetensors file of any of numpy's and ml_dtypes' dtypes."""
    header, data = {}, b""
    for name, array in tensors.items():
        raw = np.ascontiguousarray(array).tobytes()
        header[name] = {"dtype": SAFETENSORS_NAMES[array.dtype.name], "shape": list(array.shape),
                        "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    return path


@pytest.fixture
def models(run, folder):
    """Saves models as slots 0, 1, … of a store: `models({…}, {…})` gives the store."""
    def save(*contents):
        store = folder / "models"
        for slot, tensors in enumerate(contents):
            path = write_model(folder / f"{slot}.safetensors", tensors)
            run("import", path, "--slot", slot, "--type", "LLM", "--name", "model", store=store).ok()
        return store
    return save


def difference(run, store, *arguments, code=1):
    """What the command says as JSON, its tensors by name."""
    result = run("diff", *arguments, "--json", store=store)
    assert result.code == code, result.err
    found = result.json
    assert len({tensor["name"] for tensor in found["tensors"]}) == len(found["tensors"])
    found["tensors"] = {tensor["name"]: tensor for tensor in found["tensors"]}
    return found


def assert_as_numpy(values, a, b):
    """The numbers of one tensor are those that numpy has of the finite pairs, as float64."""
    a, b = a.ravel(), b.ravel()
    if not np.iscomplexobj(a):
        a, b = a.astype(np.float64), b.astype(np.float64)
    finite = np.isfinite(a) & np.isfinite(b)
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    assert values["finite"] == finite.sum()
    assert values["not_finite"] == (~finite).sum()
    assert values["not_finite_differing"] == (~finite & ~same).sum()
    x, y = a[finite], b[finite]
    assert values["differing"] == (x != y).sum()
    if x.size == 0:
        assert values["max_abs"] is values["mean_abs"] is values["relative_l2"] is values["cosine"] is None
        return
    step = np.abs(y - x)
    assert values["max_abs"] == step.max()
    assert values["mean_abs"] == pytest.approx(step.mean(), rel=1e-12)
    norms = np.linalg.norm(x), np.linalg.norm(y)
    if norms[0]:
        assert values["relative_l2"] == pytest.approx(np.linalg.norm(y - x) / norms[0], rel=1e-12)
    if norms[0] and norms[1]:
        assert values["cosine"] == pytest.approx(np.vdot(x, y).real / norms[0] / norms[1], rel=1e-10, abs=1e-15)


def assert_max_is_at(values, a, b):
    step = np.abs(b.astype(np.float64) - a.astype(np.float64))
    assert tuple(values["max_at"]) == np.unravel_index(np.nanargmax(step), step.shape)


# ---------------------------------------------------------------------- the real transformer

@pytest.fixture(scope="module")
def minilm(program, session_folder, minilm_file):
    """A store with the transformer as slot 1, and as slot 2 what a training step might have made of it."""
    store = session_folder / "minilm-pair"
    generator = np.random.default_rng(4)
    before, after = {}, {}
    with safe_open(minilm_file, "numpy") as file:
        for name in file.keys():
            before[name] = file.get_tensor(name)
            after[name] = before[name].copy()
    for name in list(after)[::3]:
        if after[name].dtype == np.float32:
            after[name] += generator.normal(0, 1e-4, after[name].shape).astype(np.float32)
    removed = [name for name in after if name.startswith("pooler")]
    assert removed, "the file has a pooler"
    for name in removed:
        del after[name]
    after["head.weight"] = np.ones((2, 384), np.float32)
    changed = session_folder / "trained.safetensors"
    save_file(after, changed)
    program.run("import", minilm_file, "--slot", 1, "--type", "LLM", "--name", "MiniLM", store=store).ok()
    program.run("import", changed, "--slot", 2, "--type", "LLM", "--name", "MiniLM", store=store).ok()
    return store, before, after


def test_every_tensor_of_minilm_is_as_numpy_has_it(run, minilm):
    store, before, after = minilm
    found = difference(run, store, 1, 2)
    assert set(found["tensors"]) == set(before) | set(after)
    changed = 0
    for name, tensor in found["tensors"].items():
        if name not in after:
            assert (tensor["status"], tensor["b"], tensor["values"]) == ("only_in_a", None, None), name
        elif name not in before:
            assert (tensor["status"], tensor["a"], tensor["values"]) == ("only_in_b", None, None), name
        else:
            a, b = before[name], after[name]
            is_same = a.tobytes() == b.tobytes()
            changed += not is_same
            assert tensor["status"] == ("same" if is_same else "changed"), name
            assert tensor["a"] == tensor["b"] == {"dtype": str(a.dtype), "shape": list(a.shape), "size": a.nbytes}
            assert_as_numpy(tensor["values"], a, b)
            if not is_same:
                assert_max_is_at(tensor["values"], a, b)
    assert changed > 30
    both = [name for name in before if name in after]
    steps = {name: np.abs(after[name].astype(float) - before[name].astype(float)).max() for name in both}
    largest = max(steps, key=steps.get)
    assert found["totals"] == {
        "tensors": len(found["tensors"]), "same": len(both) - changed, "changed": changed,
        "only_in_a": len(before) - len(both), "only_in_b": 1,
        "largest_step": {"tensor": largest, "max_abs": steps[largest]}}


def test_the_table_shows_what_differs_in_file_order_and_all_on_request(run, minilm):
    store, before, after = minilm
    result = run("diff", 1, 2, store=store)
    assert result.code == 1 and result.err == ""
    lines = result.out.splitlines()
    found = difference(run, store, 1, 2)["tensors"]
    differing = [name for name in found if found[name]["status"] != "same"]
    rows = [line.split()[0] for line in lines[lines.index("") + 2:-2]]
    assert rows == differing
    totals = lines[-1]
    assert totals.startswith(f"{len(found)} tensors: ") and "1 only in B; largest step 0.000" in totals
    every = run("diff", 1, 2, "--all", store=store).out.splitlines()
    assert len(every) == len(lines) + len(found) - len(differing)


def test_one_tensor_is_shown_with_all_that_is_known_of_it(run, minilm):
    store, before, after = minilm
    name = next(name for name in before if name in after and before[name].tobytes() != after[name].tobytes())
    found = difference(run, store, 1, 2, "--tensor", name)
    assert list(found["tensors"]) == [name]
    shown = run("diff", 1, 2, "--tensor", name, store=store)
    assert shown.code == 1
    place = found["tensors"][name]["values"]["max_at"]
    assert name in shown.out and f" at {place}\n" in shown.out and "cosine" in shown.out
    same = next(name for name in before if name in after and before[name].tobytes() == after[name].tobytes())
    assert "byte by byte" in run("diff", 1, 2, "--tensor", same, store=store).ok().out
    assert_refused(run("diff", 1, 2, "--tensor", "no.such", store=store), "no.such")


# ---------------------------------------------------------------------- numbers

NORMAL = np.random.default_rng(1).normal(0, 1, (37, 53))


@pytest.mark.parametrize("pair", [
    ("float16", "float16"), ("bfloat16", "bfloat16"), ("float64", "float64"), ("float32", "float16"),
    ("bfloat16", "float32"), ("int8", "float32"), ("int64", "int64"), ("uint8", "bool")], ids="-".join)
def test_any_two_dtypes_are_compared_by_value(run, models, pair):
    types = [getattr(ml_dtypes, name, None) or np.dtype(name) for name in pair]
    a = (NORMAL * 20).astype(np.float32).clip(0 if pair[0] == "uint8" else -100, 100).astype(types[0])
    b = (NORMAL * 20 + (NORMAL.T.reshape(NORMAL.shape) > 1)).astype(np.float32).clip(0, 100).astype(types[1])
    found = difference(run, models({"x": a}, {"x": b}), 0, 1)
    tensor = found["tensors"]["x"]
    assert tensor["status"] == "changed"
    assert (tensor["a"]["dtype"], tensor["b"]["dtype"]) == pair
    assert_as_numpy(tensor["values"], a, b)
    assert_max_is_at(tensor["values"], a, b)


@pytest.mark.parametrize("kind", ["Q8_0", "Q5_1", "Q4_0"])
def test_a_quantised_model_is_compared_with_what_it_was_made_of(run, folder, kind):
    """The values of blocks are those that the gguf package makes of them."""
    store, type_ = folder / "models", gguf.GGMLQuantizationType[kind]
    whole = np.random.default_rng(7).standard_normal((50, 768), dtype=np.float32)
    data = gguf.quants.quantize(whole, type_)
    writer = gguf.GGUFWriter(folder / "small.gguf", "llama")
    writer.add_tensor("x", data, raw_dtype=type_)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    run("import", write_model(folder / "whole.safetensors", {"x": whole}), "--slot", 0, store=store).ok()
    run("import", folder / "small.gguf", "--slot", 1, store=store).ok()
    tensor = difference(run, store, 0, 1)["tensors"]["x"]
    assert (tensor["a"]["dtype"], tensor["b"]["dtype"]) == ("float32", kind)
    small = gguf.quants.dequantize(data, type_)
    assert_as_numpy(tensor["values"], whole, small)
    assert_max_is_at(tensor["values"], whole, small)
    assert f"float32 → {kind}" in run("diff", 0, 1, store=store).out


def test_equal_values_of_another_dtype_are_changed_without_a_step(run, models):
    a = np.arange(100, dtype=np.float16)
    store = models({"x": a}, {"x": a.astype(np.float32)})
    tensor = difference(run, store, 0, 1)["tensors"]["x"]
    assert tensor["status"] == "changed"
    assert (tensor["values"]["differing"], tensor["values"]["max_abs"], tensor["values"]["cosine"]) == (0, 0, 1)
    assert "float16 → float32, equal values" in run("diff", 0, 1, store=store).out


def test_nan_and_infinity_are_counted_apart(run, models):
    nan, inf = np.nan, np.inf
    a = np.array([1, nan, nan, inf, inf, -inf, 2, 3], np.float32)
    b = np.array([1, nan, 5, inf, -inf, nan, 2.5, inf], np.float32)
    store = models({"x": a, "all": np.full(3, nan, np.float32)}, {"x": b, "all": np.full(3, -nan, np.float32)})
    found = difference(run, store, 0, 1)["tensors"]
    assert_as_numpy(found["x"]["values"], a, b)
    assert found["x"]["values"]["not_finite"] == 6 and found["x"]["values"]["not_finite_differing"] == 4
    assert found["all"]["status"] == "changed", "the bits of its NaNs are others"
    assert found["all"]["values"]["not_finite_differing"] == 0
    shown = run("diff", 0, 1, store=store).out
    assert "5 of 8  6 not finite" in shown and "equal values in other bits, 3 not finite" in shown


def test_shapes_may_differ_with_and_without_as_many_elements(run, models):
    a = NORMAL.astype(np.float32)
    store = models({"turned": a, "grown": a}, {"turned": a.reshape(53, 37), "grown": np.vstack([a, a])})
    found = difference(run, store, 0, 1)["tensors"]
    assert found["turned"]["status"] == "changed" and found["turned"]["values"]["differing"] == 0
    assert found["grown"]["status"] == "changed" and found["grown"]["values"] is None
    shown = run("diff", 0, 1, store=store).out
    assert "shape 37 × 53 → 53 × 37, equal values" in shown and "shape 37 × 53 → 74 × 53" in shown


def test_zeros_have_no_direction_and_huge_values_no_overflow(run, models):
    a = {"zero": np.zeros(5, np.float32), "huge": np.array([3e200, 4e200]), "empty": np.zeros((0, 4), np.float32)}
    b = {"zero": np.ones(5, np.float32), "huge": np.array([3e200, -4e200]), "empty": np.zeros((0, 4), np.float32)}
    found = difference(run, models(a, b), 0, 1)["tensors"]
    assert found["zero"]["values"]["relative_l2"] is None and found["zero"]["values"]["cosine"] is None
    assert found["zero"]["values"]["max_abs"] == 1
    assert found["huge"]["values"]["relative_l2"] == pytest.approx(8 / 5, rel=1e-15)
    assert found["huge"]["values"]["cosine"] == pytest.approx(-7 / 25, rel=1e-15)
    assert found["empty"]["status"] == "same"


def test_plain_arrays_without_a_name_are_each_others(run, folder):
    store = folder / "arrays"
    np.save(folder / "a.npy", NORMAL)
    np.save(folder / "b.npy", NORMAL + 1)
    for slot, name in enumerate("ab"):
        run("import", folder / f"{name}.npy", "--slot", slot, store=store).ok()
    found = difference(run, store, 0, 1)["tensors"]
    assert list(found) == [""]
    assert_as_numpy(found[""]["values"], NORMAL, NORMAL + 1)


# ---------------------------------------------------------------------- slots and revisions

def test_the_same_slot_and_a_copy_of_it_do_not_differ(run, models):
    store = models({"x": NORMAL}, {"x": NORMAL})
    assert run("diff", 0, 0, store=store).ok().out.splitlines()[-1] == (
        "no difference: 1 tensor, config and metadata are the same")
    found = run("diff", 0, 1, "--json", store=store)
    statuses = [tensor["status"] for tensor in found.json["tensors"]]
    assert statuses == ["same"] and found.json["tensors"][0]["values"] is None, "their checksums say it"


def test_config_and_metadata_count(run, folder):
    store = folder / "store"
    run("build", "llm", 3, "--seed", 5, store=store).ok()
    run("build", "llm", 3, "--seed", 5, "--set", "temperature=0.9", "--set", "new=true", store=store).ok()
    found = difference(run, store, 3)
    assert found["config"] == [{"key": "new", "a": None, "b": True}, {"key": "temperature", "a": 0.7, "b": 0.9}]
    assert found["totals"]["same"] == 1 and not found["same"]
    out = run("diff", 3, store=store).out
    assert "config    new  none → true\n          temperature  0.7 → 0.9\n" in out
    assert out.splitlines()[-1] == "1 tensor: all the same; what differs is config"
    assert run("diff", 3, "--tensor", "", store=store).code == 0, "the one tensor that was asked for is the same"


def test_revisions_are_named_and_the_previous_one_is_the_default(run, folder):
    store = folder / "store"
    for seed in (1, 2):
        run("build", "llm", 7, "--preset", "nano", "--seed", seed, store=store).ok()
    first = difference(run, store, 7)
    assert (first["a"]["revision"], first["b"]["revision"]) == (1, 2)
    named = difference(run, store, "7@1", 7)
    assert named == first and difference(run, store, "7@1") == first
    back = difference(run, store, "7@2", "7@1")
    assert back["totals"]["largest_step"] == first["totals"]["largest_step"]
    assert run("diff", "7@2", 7, store=store).code == 0


def test_what_can_not_be_compared_is_not_a_difference(run, store):
    assert_refused(run("diff", 0, 99, store=store), "99", "there is none")
    assert_refused(run("diff", 99, store=store), "99")
    assert_refused(run("diff", 0, store=store), "slot 0", "no earlier revision")
    assert_refused(run("diff", "0@8", 1, store=store), "revision 8 is not kept")
    assert_refused(run("diff", 0, 1, store=store / "nowhere"), "no store")
    for words in (["x", 1], ["0@", 1], ["0@1@2", 1], ["-1", 1], [], [0, 1, 2]):
        assert_usage(run("diff", *words, store=store))


def test_a_damaged_file_is_named(run, store):
    path = (store / "slots/00000001.npy").resolve()
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-8])
    assert_refused(run("diff", 0, 1, store=store), "slot 1")


def test_slots_of_a_foreign_program_are_compared_too(run, foreign):
    found = difference(run, foreign, 10, 11)
    assert found["a"]["revision"] is None
    assert found["tensors"][""]["status"] == "changed"


def test_a_rebuild_says_what_became_of_the_tensors(run, folder):
    store = folder / "store"
    run("build", "llm", 7, "--preset", "nano", store=store).ok()
    assert "tensors" not in run("rebuild", 7, store=store).ok().out, "the same bytes: nothing to say"
    lines = run("rebuild", 7, "--seed", 99, store=store).ok().out.splitlines()
    totals = difference(run, store, 7)["totals"]
    largest = totals["largest_step"]
    assert lines[-1] == (f"  tensors 28: {totals['changed']} changed, 0 added, 0 removed; "
                         f"largest step {largest['max_abs']:.4g} in {largest['tensor']}")
