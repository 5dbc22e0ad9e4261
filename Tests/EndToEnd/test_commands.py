"""Every command: what it prints, the shape of its JSON, its exit code."""

import re
import shutil

import numpy as np
import pytest

import foreign_store
from program import assert_refused, assert_usage, contents

LIST_KEYS = {"slot_id", "model_type", "name", "weight_shape", "weight_dtype", "parameters", "size_bytes",
             "checksum", "revision", "integrity", "created_at", "updated_at"}
TENSOR_KEYS = {"name", "dtype", "shape", "offset", "size", "md5"}


def listed(run, store, *options):
    return [entry["slot_id"] for entry in run("list", "--json", *options, store=store).ok().json]


# ---------------------------------------------------------------------- list

def test_list_has_one_object_per_slot(run, store):
    entries = run("list", "--json", store=store).ok().json
    assert len(entries) == 8
    for entry in entries:
        assert set(entry) == LIST_KEYS
        assert entry["integrity"] == "written" and entry["revision"] == 1 and entry["name"] == "reference"
        assert entry["weight_dtype"] == "float64" and entry["size_bytes"] == 8 * entry["parameters"]
        assert re.fullmatch(r"[0-9a-f]{32}", entry["checksum"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", entry["created_at"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}", entry["updated_at"])


def test_list_filters_by_type(run, store):
    assert sorted(listed(run, store, "--type", "CNN")) == [5, 6, 7]
    assert sorted(listed(run, store, "--type", "LLM")) == [0, 1, 2, 3, 4]
    assert listed(run, store, "--type", "RNN") == []


@pytest.mark.parametrize("order, expected", [
    ("id", [0, 1, 2, 3, 4, 5, 6, 7]),
    ("size", [7, 6, 5, 4, 3, 2, 1, 0]),
])
def test_list_sorts_both_ways(run, store, order, expected):
    found = listed(run, store, "--sort", order)
    assert found in (expected, expected[::-1])
    assert listed(run, store, "--sort", order, "--reverse") == found[::-1]


def test_list_sorts_by_type_and_name(run, store):
    run("build", "llm", 20, "--set", "temperature=1", store=store).ok()
    types = [entry["model_type"] for entry in run("list", "--sort", "type", "--json", store=store).json]
    assert types == sorted(types)
    names = [entry["name"] for entry in run("list", "--sort", "name", "--json", store=store).json]
    assert names == sorted(names)


def test_list_shows_the_newest_first(run, store):
    run("rebuild", 2, "--seed", 7, store=store).ok()
    assert listed(run, store)[0] == 2
    assert listed(run, store, "--sort", "updated")[0] == 2


def test_list_pages(run, store):
    everything = listed(run, store, "--sort", "id")
    pages = [listed(run, store, "--sort", "id", "--limit", 3, "--offset", start) for start in (0, 3, 6, 9)]
    assert [len(page) for page in pages] == [3, 3, 2, 0]
    assert sum(pages, []) == everything


def test_list_searches_names_metadata_and_numbers(run, foreign):
    foreign_store.write_slot(foreign, 40, np.zeros(2), {}, {"model_type": "LLM", "name": "Wörter_100%"})
    assert listed(run, foreign, "--search", "Wörter") == [40]
    assert listed(run, foreign, "--search", "wört") == [40]
    assert listed(run, foreign, "--search", "100%") == [40]
    assert 17 in listed(run, foreign, "--search", "17")
    assert listed(run, foreign, "--search", "models/llm_17") == [17]
    assert listed(run, foreign, "--search", "' OR 1=1 --") == []


def test_list_searches_by_terms(run, store):
    """The terms of a search against a plain reading of what `--json` says of every slot."""
    entries = run("list", "--json", "--sort", "id", store=store).ok().json
    for search, wanted in [
        ("type:cnn", lambda slot: slot["model_type"] == "CNN"),
        ("-type:cnn size:>1K", lambda slot: slot["model_type"] != "CNN" and slot["size_bytes"] > 1000),
        ("params:100..300", lambda slot: 100 <= slot["parameters"] <= 300),
        ("id:<=2", lambda slot: slot["slot_id"] <= 2),
        ("is:written updated:<1h", lambda slot: slot["integrity"] == "written"),
        ("refrnc", lambda slot: slot["name"] == "reference"),
        ("Reference", lambda slot: "Reference" in slot["name"]),
        ("is:damaged", lambda slot: slot["integrity"] in ("mismatch", "missing", "unreadable")),
    ]:
        expected = [slot["slot_id"] for slot in entries if wanted(slot)]
        assert listed(run, store, "--sort", "id", "--search", search) == expected, search
    assert_usage(run("list", "--search", "size:lots", store=store), "size: a number such as 1G, >500M or 1M..2G")


def test_list_finds_slots_with_nan_once_their_values_were_looked_at(run, folder):
    store = folder / "store"
    for slot, value in enumerate((1, np.nan)):
        np.save(folder / f"{slot}.npy", np.full(100, value, "<f4"))
        run("import", folder / f"{slot}.npy", "--slot", slot, store=store).ok()
    assert listed(run, store, "--search", "nan:unknown", "--sort", "id") == [0, 1]
    for slot in (0, 1):
        run("stats", slot, "--tensors", store=store).ok()
    assert [listed(run, store, "--search", f"nan:{word}") for word in ("yes", "no", "unknown")] == [[1], [0], []]


def test_list_as_text_has_a_line_per_slot(run, store):
    out = run("list", store=store).ok().out
    for slot in range(8):
        assert re.search(rf"^\s*{slot}\b.*\b(LLM|CNN)\b.*reference", out, re.MULTILINE), out
    assert "\x1b" not in out


def test_a_store_without_slots_lists_nothing(run, store):
    run("delete", *range(8), "--yes", store=store).ok()
    assert run("list", "--json", store=store).ok().json == []
    assert run("info", "--json", store=store).ok().json["total_contexts"] == 0
    assert run("verify", "--json", store=store).ok().json == []


# ---------------------------------------------------------------------- show, info

def test_show_has_everything_of_a_slot(run, store):
    shown = run("show", 6, "--json", store=store).ok().json
    assert set(shown) >= LIST_KEYS | {"config", "metadata", "tensors", "weight_file"}
    assert shown["config"] == foreign_store.CNN_CONFIG
    assert shown["metadata"]["model_type"] == "CNN" and shown["metadata"]["layer_count"] == "10"
    assert [tensor["name"] for tensor in shown["tensors"]][:2] == ["layer.0.weight", "layer.0.bias"]
    for tensor in shown["tensors"]:
        assert set(tensor) == TENSOR_KEYS
    assert sum(tensor["size"] for tensor in shown["tensors"]) == shown["size_bytes"]
    assert (store / shown["weight_file"]).is_file()
    text = run("show", 6, store=store).ok().out
    for word in ("reference", "CNN", "kernel_size", shown["checksum"], "layer.0.weight"):
        assert word in text


def test_info_counts(run, store):
    rows = foreign_store.rows(store)
    info = run("info", "--json", store=store).ok().json
    assert set(info) == {"total_contexts", "total_size_bytes", "by_model_type", "storage_dir", "schema_version"}
    assert info["total_contexts"] == 8
    assert info["total_size_bytes"] == sum(row["size_bytes"] for row in rows.values())
    assert info["by_model_type"] == {"LLM": 5, "CNN": 3}
    assert info["storage_dir"] == str(store)
    assert info["schema_version"] in (1, "1")
    assert str(store) in run("info", store=store).ok().out


# ---------------------------------------------------------------------- build, rebuild

def test_build_takes_the_next_free_slot_and_says_which(run, store):
    out = run("build", "llm", store=store).ok().out
    assert 8 in foreign_store.rows(store)
    assert re.search(r"\b8\b", out)
    foreign_store.write_slot(store, 50, np.zeros(1), {}, {})
    run("build", "llm", "--seed", 1, store=store).ok()
    assert 51 in foreign_store.rows(store), "the next free slot is the highest and one"


def test_build_takes_ranges_and_single_slots(run, folder):
    run("build", "llm", "3", "5-7", "9", store=folder / "store").ok()
    assert sorted(foreign_store.rows(folder / "store")) == [3, 5, 6, 7, 9]


def test_build_sets_config_by_kind_of_value(run, folder):
    run("build", "llm", 0, "--set", "temperature=0.25", "--set", "max_tokens=9", "--set", "note=hello world",
        "--set", "greedy=true", "--set", "tiny=1e-300", store=folder / "store").ok()
    config = foreign_store.read_slot(folder / "store", 0).config
    assert config == {**foreign_store.LLM_CONFIG, "temperature": 0.25, "max_tokens": 9, "note": "hello world",
                      "greedy": True, "tiny": 1e-300}
    assert type(config["max_tokens"]) is int and config["greedy"] is True


def test_build_over_a_full_slot_makes_a_new_revision_and_keeps_the_date_of_birth(run, store):
    before = run("show", 1, "--json", store=store).json
    run("build", "llm", 1, "--seed", 4, store=store).ok()
    after = run("show", 1, "--json", store=store).json
    assert after["revision"] == 2
    assert after["created_at"] == before["created_at"] and after["updated_at"] > before["updated_at"]
    assert after["checksum"] != before["checksum"]
    assert len(list((store / "revisions").glob("00000001.*"))) == 2, "the replaced revision is kept"
    run("build", "llm", 1, "--seed", 5, store=store).ok()
    assert len(list((store / "revisions").glob("00000001.*"))) == 2, "and the one before it is not"


@pytest.mark.parametrize("node, preset, tensors, parameters", [
    ("llm", "gpt2", 148, 124_439_808), ("cnn", "resnet50", 161, 25_557_032)])
def test_presets_of_real_shape(run, folder, node, preset, tensors, parameters):
    store = folder / "store"
    run("build", node, 0, "--preset", preset, "--seed", 7, store=store).ok()
    shown = run("show", 0, "--json", store=store).ok().json
    assert (shown["name"], shown["model_type"]) == (preset, node.upper())
    assert (len(shown["tensors"]), shown["parameters"]) == (tensors, parameters)
    assert shown["weight_dtype"] == "float32" and shown["size_bytes"] == 4 * parameters
    assert foreign_store.check(store) == []
    first = shown["checksum"]
    run("build", node, 1, "--preset", preset, "--seed", 7, store=store).ok()
    run("build", node, 2, "--preset", preset, "--seed", 8, store=store).ok()
    again, other = (run("show", slot, "--json", store=store).json["checksum"] for slot in (1, 2))
    assert again == first != other, "the bytes depend on the seed alone"


def test_gpt2_is_initialised_as_published(run, folder):
    store = folder / "store"
    run("build", "llm", 0, "--preset", "gpt2", store=store).ok()
    shapes = {t["name"]: t["shape"] for t in run("show", 0, "--json", store=store).json["tensors"]}
    assert shapes["wte.weight"] == [50257, 768] and shapes["wpe.weight"] == [1024, 768]
    assert shapes["h.11.mlp.c_proj.weight"] == [3072, 768] and shapes["ln_f.bias"] == [768]

    def stats(name):
        return run("stats", 0, "--tensor", name, "--json", store=store).ok().json

    wte = stats("wte.weight")
    assert abs(wte["mean"]) < 2e-5 and wte["std"] == pytest.approx(0.02, rel=1e-3) and wte["nan"] == 0
    assert stats("h.0.attn.c_attn.weight")["std"] == pytest.approx(0.02, rel=2e-3)
    norm, bias = stats("h.3.ln_1.weight"), stats("h.3.attn.c_attn.bias")
    assert (norm["min"], norm["max"]) == (1, 1) and (bias["min"], bias["max"]) == (0, 0)


@pytest.mark.parametrize("dtype, size", [("float16", 2), ("bfloat16", 2), ("float32", 4)])
def test_presets_in_other_dtypes(run, folder, dtype, size):
    run("build", "cnn", 0, "--preset", "resnet50", "--dtype", dtype, store=folder / "store").ok()
    shown = run("show", 0, "--json", store=folder / "store").ok().json
    assert (shown["weight_dtype"], shown["size_bytes"]) == (dtype, size * 25_557_032)
    assert shown["tensors"][0]["dtype"] == dtype


def test_rebuild_by_the_same_recipe_gives_the_same_bytes(run, store):
    before = run("show", 6, "--json", store=store).json
    result = run("rebuild", 6, store=store).ok()
    after = run("show", 6, "--json", store=store).json
    assert after["checksum"] == before["checksum"] and after["config"] == before["config"]
    assert "checksum" in (result.out + result.err).lower()


def test_rebuild_with_changes(run, store):
    before = run("show", 1, "--json", store=store).json
    run("rebuild", 1, "--seed", 77, "--set", "temperature=0.9", store=store).ok()
    after = run("show", 1, "--json", store=store).json
    assert after["checksum"] != before["checksum"]
    assert after["config"] == {**before["config"], "temperature": 0.9}
    run("rebuild", 1, store=store).ok()
    again = run("show", 1, "--json", store=store).json
    assert (again["checksum"], again["config"]) == (after["checksum"], after["config"]), "the recipe has the changes"


def test_rebuild_of_several(run, store):
    run("rebuild", "0-2", 6, "--seed", 3, store=store).ok()
    revisions = {entry["slot_id"]: entry["revision"] for entry in run("list", "--json", store=store).json}
    assert revisions == {0: 2, 1: 2, 2: 2, 3: 1, 4: 1, 5: 1, 6: 2, 7: 1}


# ---------------------------------------------------------------------- import, export

def test_import_prints_the_slot_and_names_it_after_the_file(run, store, folder):
    np.save(folder / "my weights.npy", np.arange(5.0))
    out = run("import", folder / "my weights.npy", store=store).ok().out
    assert re.search(r"\b8\b", out)
    shown = run("show", 8, "--json", store=store).ok().json
    assert (shown["name"], shown["model_type"], shown["integrity"]) == ("my weights", "Unknown", "written")
    run("import", folder / "my weights.npy", "--slot", 30, "--type", "CNN", "--name", "Mine", store=store).ok()
    shown = run("show", 30, "--json", store=store).ok().json
    assert (shown["name"], shown["model_type"]) == ("Mine", "CNN")


def test_an_imported_slot_is_rebuilt_from_its_file(run, folder):
    np.save(folder / "a.npy", np.arange(5.0))
    run("import", folder / "a.npy", "--slot", 0, store=folder / "store").ok()
    np.save(folder / "a.npy", np.arange(6.0))
    run("rebuild", 0, store=folder / "store").ok()
    assert foreign_store.read_slot(folder / "store", 0).weights.shape == (6,)


def test_export_of_one_tensor_keeps_its_shape(run, store, folder):
    run("export", 5, folder / "w.npy", "--tensor", "layer.1.weight", store=store).ok()
    exported = np.load(folder / "w.npy")
    assert exported.shape == (128, 3, 3)
    assert np.array_equal(exported.ravel(), foreign_store.cnn_weights(5)[577:577 + 1152])


def test_export_to_a_format_that_is_not_known_is_refused(run, store, folder):
    refused = run("export", 5, folder / "w.xyz", store=store)
    assert refused.code in (2, 64) and "xyz" in refused.err and not (folder / "w.xyz").exists()


# ---------------------------------------------------------------------- verify, delete

def test_verify_of_some_slots(run, store):
    entries = run("verify", 2, 5, "--json", store=store).ok().json
    assert [set(entry) for entry in entries] == [{"slot_id", "expected", "actual", "ok", "error"}] * 2
    assert sorted(entry["slot_id"] for entry in entries) == [2, 5]
    states = {entry["slot_id"]: entry["integrity"] for entry in run("list", "--json", store=store).json}
    assert {slot for slot, state in states.items() if state == "verified"} == {2, 5}


def test_verify_as_text_says_both_checksums_of_what_is_wrong(run, store):
    foreign_store.flip_bit(store, 3)
    result = run("verify", store=store)
    assert result.code == 1
    expected = foreign_store.rows(store)[3]["checksum"]
    actual = foreign_store.md5(np.load(foreign_store.slot_file(store, 3)))
    assert expected in result.out and actual in result.out


def test_a_file_touched_after_it_was_verified_is_no_longer_verified(run, store):
    run("verify", 3, store=store).ok()
    foreign_store.flip_bit(store, 3)
    states = {entry["slot_id"]: entry["integrity"] for entry in run("list", "--json", store=store).json}
    assert states[3] != "verified"


def test_delete_removes_the_slot_and_keeps_its_revision(run, store):
    run("delete", 2, 6, "--yes", store=store).ok()
    assert sorted(foreign_store.rows(store)) == [0, 1, 3, 4, 5, 7]
    assert not foreign_store.slot_file(store, 2).is_symlink()
    assert len(list((store / "revisions").glob("00000002.*"))) == 1
    run("build", "llm", 2, store=store).ok()
    assert run("show", 2, "--json", store=store).json["revision"] == 2, "revision numbers are never used again"


def test_restore_brings_back_what_a_delete_or_a_build_replaced(run, store):
    before = run("show", 2, "--json", store=store).json
    run("build", "llm", 2, "--seed", 9, store=store).ok()
    run("restore", 2, store=store).ok()
    restored = run("show", 2, "--json", store=store).json
    assert (restored["checksum"], restored["config"], restored["revision"]) == (before["checksum"], before["config"], 3)
    run("delete", 2, "--yes", store=store).ok()
    run("restore", 2, store=store).ok()
    assert run("show", 2, "--json", store=store).json["checksum"] == before["checksum"]
    assert run("verify", 2, store=store).ok() and foreign_store.check(store) == []


def test_delete_without_a_terminal_wants_yes(run, store):
    refused = run("delete", 2, store=store)
    assert refused.code in (2, 64) and "--yes" in refused.err
    assert 2 in foreign_store.rows(store)


def test_delete_asks_on_a_terminal(terminal, store):
    asked = terminal("delete", 2, store=store)
    asked.wait("2")
    asked.type("n").keys("Enter")
    assert asked.wait_exit() == 1
    assert 2 in foreign_store.rows(store)
    asked = terminal("delete", 2, store=store)
    asked.wait("2")
    asked.type("y").keys("Enter")
    assert asked.wait_exit() == 0
    assert 2 not in foreign_store.rows(store)


def test_deleting_a_slot_that_is_not_there_blocks_nobody(run, store):
    assert run("delete", 99, "--yes", store=store).code == 1
    foreign_store.write_slot(store, 99, np.zeros(2), {}, {})
    run("delete", 99, "--yes", store=store).ok()


# ---------------------------------------------------------------------- which store

def test_the_store_is_the_option_then_the_variable_then_the_home(run, folder):
    by_option, by_variable, data = folder / "option", folder / "variable", folder / "data"
    env = {"SLOTSCOPE_STORE": by_variable, "XDG_DATA_HOME": data, "HOME": folder}
    run("build", "llm", 1, store=by_option, env=env).ok()
    run("build", "llm", 2, env=env).ok()
    run("build", "llm", 3, env={**env, "SLOTSCOPE_STORE": None}).ok()
    run("build", "llm", 4, env={"HOME": folder}).ok()
    for where, slot in ((by_option, 1), (by_variable, 2), (data / "slotscope", 3),
                        (folder / ".local/share/slotscope", 4)):
        assert list(foreign_store.rows(where)) == [slot], where


def test_a_store_through_a_link(run, store, folder):
    (folder / "link").symlink_to(store)
    run("rebuild", 1, "--seed", 3, store=folder / "link").ok()
    assert run("verify", store=folder / "link").ok()


# ---------------------------------------------------------------------- demo, help

def test_demo_makes_a_store_to_look_at(run, folder):
    run("demo", folder / "demo").ok()
    entries = run("list", "--json", store=folder / "demo").ok().json
    assert {entry["model_type"] for entry in entries} >= {"LLM", "CNN"}
    assert {entry["name"] for entry in entries} >= {"reference", "gpt2", "resnet50"}
    assert run("verify", store=folder / "demo").ok()
    assert foreign_store.check(folder / "demo") == []


def test_demo_does_not_touch_what_is_there(run, store):
    rows, revisions = foreign_store.rows(store), contents(store / "revisions")
    assert_refused(run("demo", store), store)
    assert foreign_store.rows(store) == rows and contents(store / "revisions") == revisions


@pytest.mark.parametrize("command", [[], ["list"], ["show"], ["build"], ["rebuild"], ["import"], ["export"], ["verify"],
                                     ["stats"], ["diff"], ["delete"], ["info"], ["demo"], ["browse"]])
def test_every_command_has_help(run, command):
    result = run(*command, "--help").ok()
    assert "USAGE" in result.out and result.err == ""


def test_the_version_is_printed(run):
    assert re.fullmatch(r"(slotscope )?\d+\.\d+\.\d+\S*\n", run("--version").ok().out)


@pytest.mark.parametrize("words", [
    ["frobnicate"], ["list", "--colour"], ["list", "--sort", "beauty"], ["list", "--limit", "-1"], ["show"],
    ["show", "seven"], ["show", "-1"], ["build", "rnn", "1"], ["build"], ["build", "llm", "5-2"], ["build", "llm", "1-x"],
    ["build", "llm", "1", "--set", "temperature"], ["build", "llm", "1", "--dtype", "float7"],
    ["build", "llm", "1", "--preset", "resnet50"], ["stats", "0", "--bins", "0"], ["stats", "0", "--range", "2", "1"],
    ["stats", "0", "--range", "nan", "1"], ["export", "0"], ["import"], ["build", "llm", "99999999999999999999"]])
def test_a_command_line_that_makes_no_sense(run, store, words):
    before = foreign_store.rows(store)
    assert_usage(run(*words, store=store))
    assert foreign_store.rows(store) == before


def test_messages_go_to_standard_error_and_colours_nowhere(run, folder):
    result = run("build", "llm", "0-3", store=folder / "store").ok()
    assert "\x1b" not in result.out + result.err and "\r" not in result.out + result.err


def test_no_color_is_honoured_on_a_terminal(terminal, store):
    plain = terminal("list", store=store, env={"NO_COLOR": "1"})
    assert plain.wait_exit() == 0
    assert "\x1b[3" not in plain.escapes() and "\x1b[9" not in plain.escapes()
    assert "reference" in plain.screen()


def test_a_reader_that_goes_away_is_no_error_to_speak_of(program, store):
    """`slotscope list | head -1` ends quietly."""
    assert shutil.which("sh")
    process = program.popen("list", store=store)
    process.stdout.close()
    err = process.stderr.read()
    process.wait(timeout=20)
    assert "Fatal" not in err and "trap" not in err
