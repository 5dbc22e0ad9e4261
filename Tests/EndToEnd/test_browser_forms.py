"""Filling in the browser's forms: import, export, and the paths that they are told, completed by Tab."""

import os
import re
import shutil

import numpy as np

import foreign_store
from browsing import fill_in, go_to, opened, press, quit_and_check
from program import staged_files


def open_import(one):
    return press(one, "i", lambda screen: all(word in screen for word in ("Import", "File", "Slot", "Type", "Name")))


# ---------------------------------------------------------------------- paths

def test_a_path_is_completed_by_tab_and_chosen_from_a_list(terminal, store, folder):
    models = folder / "models"
    (models / "old").mkdir(parents=True)
    np.save(models / "first.npy", np.arange(6, dtype=np.float32))
    np.save(models / "first-other.npy", np.arange(9, dtype=np.float32))
    (models / "notes.txt").write_text("no model")
    (models / ".hidden.npy").write_bytes(b"")
    one = opened(terminal, store)
    open_import(one)
    one.type(f"{folder}/mod").keys("Tab")
    screen = one.wait("notes.txt")
    assert "old/" in screen and "first.npy" in screen and ".hidden.npy" not in screen
    one.type("fi").keys("Tab")
    one.wait(lambda screen: "models/first" in screen and "notes.txt" not in screen)
    one.keys("Down", "Down")
    one.wait(re.compile(r"[▌>]first\.npy"))
    one.keys("Enter")
    one.wait(lambda screen: "npy: 6 parameters in 1 tensor" in screen and "first-other" not in screen)
    one.keys("Escape").wait(lambda screen: "Import" not in screen)
    quit_and_check(one)


def test_relative_paths_begin_where_the_program_was_started(terminal, store, run):
    one = opened(terminal, store)
    np.save(one.folder / "beside.npy", np.zeros(5))
    open_import(one)
    one.type("bes").keys("Tab")
    one.wait("npy: 5 parameters in 1 tensor")
    one.keys("Enter").wait(lambda screen: 8 in screen.slots)
    assert run("show", 8, "--json", store=store).ok().json["name"] == "beside"
    quit_and_check(one)


def test_thousands_of_files_and_odd_names_are_listed(terminal, store, folder):
    many = folder / "many"
    many.mkdir()
    for number in range(5000):
        (many / f"part-{number}.npy").write_bytes(b"")
    for name in (b"odd\xff.npy", b"odd\x1b[2J.npy", b"odd\nline.npy"):
        with open(os.fsencode(many) + b"/" + name, "wb") as file:
            np.save(file, np.zeros(3))
    one = opened(terminal, store)
    open_import(one)
    one.type(f"{many}/").keys("Tab")
    one.wait("1,000 of 5,003")
    one.type("odd").keys("Tab")
    screen = one.wait(lambda screen: "not UTF-8: rename it" in screen)
    assert "odd␛[2J.npy" in screen and "odd␊line.npy" in screen and "odd\\xFF.npy" in screen
    one.keys("Escape")
    fill_in(one, "File", "")
    one.wait(lambda screen: "not UTF-8" not in screen)
    one.type(f"{many}/odd").keys("Tab").wait("not UTF-8")
    one.keys("Down", "Enter").wait("3 parameters in 1 tensor")
    one.keys("Enter").wait(lambda screen: 8 in screen.slots)
    assert np.array_equal(foreign_store.read_slot(store, 8).weights, np.zeros(3))
    quit_and_check(one)


# ---------------------------------------------------------------------- import

def test_a_real_model_is_imported(terminal, store, minilm_file, run):
    one = opened(terminal, store)
    open_import(one)
    one.type(str(minilm_file))
    screen = one.wait(re.compile(r"safetensors: 22\.7M parameters in \d+ tensors"))
    assert "LLM" in screen and re.search(r"90\.\d MB, (about|less than)", screen.text) and "GB free" in screen
    assert "Slot 8 is empty." in screen
    fill_in(one, "Name", "mini")
    one.keys("Enter").wait(lambda screen: 8 in screen.slots, deadline=60)
    shown = run("show", 8, "--json", store=store).ok().json
    assert (shown["name"], shown["model_type"], shown["parameters"]) == ("mini", "LLM", 22_713_728)
    quit_and_check(one)
    assert staged_files(store) == []


def test_a_slot_that_is_full_is_told_and_becomes_an_earlier_revision(terminal, store, folder):
    np.save(folder / "five.npy", np.arange(5, dtype=np.float32))
    before = foreign_store.rows(store)[2]["checksum"]
    one = opened(terminal, store, "--slot", 2)
    open_import(one)
    one.type(str(folder / "five.npy"))
    fill_in(one, "Slot", "2")
    one.wait("Slot 2 holds reference: it becomes an earlier revision.")
    one.keys("Enter").wait("revision 2")
    assert foreign_store.read_slot(store, 2).weights.tolist() == [0, 1, 2, 3, 4]
    one.keys("Escape", "u").wait(lambda screen: foreign_store.rows(store)[2]["checksum"] == before)
    quit_and_check(one)


def test_a_bad_file_is_told_while_one_types_and_at_enter(terminal, store, folder):
    (folder / "bad.safetensors").write_bytes(b"\xff" * 100)
    one = opened(terminal, store)
    open_import(one)
    one.type(str(folder / "bad.safetensors"))
    go_to(one, "Slot")
    one.wait(re.compile(r"bad\.safetensors"))
    screen = one.keys("Enter").wait(lambda screen: "bad.safetensors" in screen.lines[-1])
    assert "Import" in screen
    fill_in(one, "File", str(folder / "none.npy"))
    one.keys("Enter").wait(lambda screen: "no such file" in screen.lines[-1])
    one.keys("Escape").wait(lambda screen: "Import" not in screen)
    quit_and_check(one)
    assert sorted(foreign_store.rows(store)) == list(range(8))


# ---------------------------------------------------------------------- export

def open_export(one):
    return press(one, "e", lambda screen: "Export" in screen and "Format" in screen)


def test_a_slot_is_exported_as_each_format(terminal, store, folder):
    from safetensors.numpy import load_file
    one = opened(terminal, store, "--slot", 3)
    weights = foreign_store.read_slot(store, 3).weights
    for name in ("a.safetensors", "a.npz", "a.npy"):
        open_export(one)
        fill_in(one, "To", str(folder / name))
        one.wait("GB free")
        one.keys("Enter").wait(lambda screen: (folder / name).exists() and "wrote" in screen)
    assert np.array_equal(np.load(folder / "a.npy"), weights)
    assert np.array_equal(np.load(folder / "a.npz")["arr_0"], weights)
    assert all(np.array_equal(found, weights) for found in load_file(folder / "a.safetensors").values())
    quit_and_check(one)
    assert sorted(path.name for path in folder.iterdir()) == ["a.npy", "a.npz", "a.safetensors", "store"]


def test_a_file_is_replaced_only_after_a_question(terminal, store, folder):
    (folder / "old.npy").write_bytes(b"precious")
    one = opened(terminal, store, "--slot", 3)
    open_export(one)
    fill_in(one, "To", str(folder / "old.npy"))
    one.wait("There is a file")
    one.keys("Enter").wait("Replace it?")
    # After a no one is back in the form, with what was typed.
    one.keys("n").wait(lambda screen: "Replace it?" not in screen and re.search(r"To +.*old\.npy", screen.text))
    assert (folder / "old.npy").read_bytes() == b"precious"
    one.keys("Enter").wait("Replace it?")
    one.keys("y").wait("wrote")
    assert np.array_equal(np.load(folder / "old.npy"), foreign_store.read_slot(store, 3).weights)
    quit_and_check(one)


def test_an_export_that_is_cancelled_half_way_leaves_no_file(terminal, store, run, folder):
    run("build", "llm", 20, "--preset", "gpt2", store=store).ok()
    (folder / "out").mkdir()
    one = opened(terminal, store, "--slot", 20)
    open_export(one)
    fill_in(one, "To", str(folder / "out" / "a.npy"))
    one.wait("GB free")
    one.keys("Enter").wait(re.compile(r"slot 20 +export a\.npy +.* \d+ %"))
    one.keys("c").wait("slot 20: cancelled; nothing was changed")
    assert list((folder / "out").iterdir()) == []
    press(one, "BTab", lambda screen: "r again" in screen)
    one.keys("r").wait(re.compile(r"slot 20: wrote .*a\.npy"), deadline=60)
    assert [path.name for path in (folder / "out").iterdir()] == ["a.npy"]
    one.keys("Escape")
    quit_and_check(one)


def test_marked_slots_are_exported_into_a_folder(terminal, store, folder):
    (folder / "out").mkdir()
    one = opened(terminal, store)
    one.keys("g", "Space", "Space").wait("2 marked")
    marked = one.screen().slots[:2]
    open_export(one)
    one.type(str(folder / "ou")).keys("Tab").wait("out/")
    one.wait("GB free")
    expected = sorted(f"slot-{slot}-reference.safetensors" for slot in marked)
    one.keys("Enter").wait(lambda screen: sorted(path.name for path in (folder / "out").iterdir()) == expected)
    quit_and_check(one)


def test_the_store_itself_is_no_place_to_export_to(terminal, store):
    one = opened(terminal, store, "--slot", 3)
    before = foreign_store.read_slot(store, 3).weights.copy()
    open_export(one)
    fill_in(one, "To", f"{store}/slots/00000003.npy")
    one.keys("Enter").wait(lambda screen: "belongs to the store" in screen.lines[-1])
    one.keys("Escape").wait(lambda screen: "Format" not in screen)
    quit_and_check(one)
    assert np.array_equal(foreign_store.read_slot(store, 3).weights, before)


# ---------------------------------------------------------------------- Python

def test_o_shows_the_lines_that_the_command_prints_and_y_copies_them(terminal, store, run):
    one = opened(terminal, store, "--slot", 6)
    press(one, "o", "import numpy as np")
    one.keys("y").wait("copied")
    copied = one.wait_clipboard()
    assert copied.strip() == run("python", 6, store=store).ok().out.strip()
    one.keys("Escape")
    quit_and_check(one)


# ---------------------------------------------------------------------- build

def test_several_slots_are_built_from_one_form(terminal, store):
    from browsing import open_form
    one = opened(terminal, store)
    open_form(one)
    fill_in(one, "Slot", "20-22")
    one.wait("3 slots, all of them empty.")
    one.keys("Enter").wait(lambda screen: {20, 21, 22} <= set(screen.slots))
    quit_and_check(one)
    rows = foreign_store.rows(store)
    assert len({rows[slot]["checksum"] for slot in (20, 21, 22)}) == 3
