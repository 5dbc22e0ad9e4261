"""Enter on a slot: its tensors, in a real terminal, on a real transformer and on a made-up model of 3,000 tensors."""

import hashlib
import re

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save_file

from browsing import EXACT, opened, press, quit_and_check

NAMES = re.compile(r"^[│|]?[▌>]?\s*([▸▾+-] )?(\S+)")


def chosen(screen):
    """The name in the row that the cursor is on, as far as the row has it."""
    rows = [line for line in screen.lines if re.match(r"^[│|]?▌", line)]
    return NAMES.match(rows[0])[2] if len(rows) == 1 else None


def row(screen, name):
    """The line of the list that begins with a name."""
    found = [line for line in screen.lines if (match := NAMES.match(line)) and match[2] == name]
    assert len(found) == 1, f"{name}\n{screen.text}"
    return found[0]


def at_tensors(terminal, store, slot, **settings):
    one = opened(terminal, store, "--slot", slot, **settings)
    press(one, "Enter", lambda screen: "sort: file order" in screen and chosen(screen))
    return one


def find(one, text, name):
    """Filters, and keeps the filter."""
    one.keys("/").type(text)
    one.wait(lambda screen: f"{name} ─" in screen)
    one.keys("Enter").wait(lambda screen: "keep the filter" not in screen)


def number(screen, label):
    found = re.search(rf"(?<!\S){re.escape(label)} ~?(-?[\d.,]+(?:e-?\d+)?)(?!\S)", screen.text)
    assert found, f"no {label}\n{screen.text}"
    return float(found[1].replace(",", ""))


# ---------------------------------------------------------------------- a real transformer

def test_a_transformer_is_a_tree_with_its_layers_folded(terminal, minilm_template):
    one = at_tensors(terminal, minilm_template, 9)
    screen = one.wait(lambda screen: "▸ 5" in screen)
    assert "9 MiniLM-L6-v2" in screen.lines[0] and "104 tensors" in screen.lines[0]
    assert "float32 103" in screen.lines[1] and "int64 1" in screen.lines[1]
    assert re.search(r"▾ encoder\.layer +6 blocks", row(screen, "encoder.layer"))
    for block in range(6):
        assert "▸" in row(screen, str(block)) and "16 tensors" in row(screen, str(block))
    one.keys("/").type("layer.3 query.w")
    screen = one.wait(lambda screen: chosen(screen) == "query.weight" or chosen(screen) == "attention.self.query.weight")
    assert "▸" not in screen
    one.keys("Escape").wait(lambda screen: "▸ 5" in screen)
    press(one, "*", lambda screen: "▸" not in screen)
    press(one, "z", lambda screen: "▾" not in screen)
    press(one, "Escape", lambda screen: screen.selected == 9)
    quit_and_check(one)


def test_the_numbers_of_a_tensor_are_numpys(terminal, minilm_template, minilm_file):
    name = "embeddings.word_embeddings.weight"
    with safe_open(minilm_file, "numpy") as file:
        values = file.get_tensor(name)
    exact = values.astype(np.float64)
    one = at_tensors(terminal, minilm_template, 9)
    find(one, "word_emb", "word_embeddings.weight")
    one.wait(lambda screen: f"md5 {hashlib.md5(values.tobytes()).hexdigest()}" in screen)
    screen = one.wait(lambda screen: EXACT.search(screen.text) and "median" in screen)
    for label, wanted in (("mean", exact.mean()), ("std", exact.std()), ("median", np.median(exact)),
                          ("1 %", np.quantile(exact, 0.01)), ("99 %", np.quantile(exact, 0.99)),
                          ("min", exact.min()), ("max", exact.max())):
        assert number(screen, label) == pytest.approx(wanted, rel=1e-3), f"{label}\n{screen.text}"
    assert number(screen, "zeros") == np.count_nonzero(values == 0)
    assert "30522 × 384" in screen


def test_the_range_is_zoomed_panned_and_all_of_it(terminal, minilm_template):
    one = at_tensors(terminal, minilm_template, 9)
    find(one, "word_emb", "word_embeddings.weight")
    one.wait(lambda screen: EXACT.search(screen.text) and "99.8 %" in screen)
    press(one, "[", lambda screen: "a part" in screen and EXACT.search(screen.text))
    press(one, "}", lambda screen: "a part" in screen and EXACT.search(screen.text))
    press(one, "a", lambda screen: "99.8 %" in screen and EXACT.search(screen.text))
    press(one, "a", lambda screen: "all values" in screen and EXACT.search(screen.text))
    press(one, "L", lambda screen: "log · exact" in screen)
    press(one, "H", lambda screen: chosen(screen) is None and "log · exact · all values" in screen)
    press(one, "H", lambda screen: chosen(screen))


def test_the_values_are_the_files(terminal, minilm_template, minilm_file):
    with safe_open(minilm_file, "numpy") as file:
        values = file.get_tensor("embeddings.word_embeddings.weight")
    one = at_tensors(terminal, minilm_template, 9)
    find(one, "word_emb", "word_embeddings.weight")
    one.keys("V")
    one.wait(lambda screen: chosen(screen) is None and "Values" in screen)
    one.keys("i").type("12345, 67")
    one.keys("Enter")
    digits = f"{values[12345, 67]:.3g}"
    one.wait(lambda screen: "12345, 67" in screen and digits in screen and "go to index" not in screen)
    one.keys("M").wait(lambda screen: "one cell" in screen)
    press(one, "Escape", lambda screen: chosen(screen))


def test_a_tensor_is_exported_and_a_file_is_replaced_only_when_asked(terminal, minilm_template, minilm_file, folder):
    name = "embeddings.token_type_embeddings.weight"
    with safe_open(minilm_file, "numpy") as file:
        values = file.get_tensor(name)
    path = folder / "types.npy"
    one = at_tensors(terminal, minilm_template, 9)
    find(one, "token_type", "token_type_embeddings.weight")
    press(one, "e", lambda screen: "Export" in screen and f"{name}.npy" in screen)
    one.keys("C-u").type(str(path))
    one.wait(str(path)).text
    one.keys("Enter").wait("wrote")
    np.testing.assert_array_equal(np.load(path), values)
    path.write_bytes(b"somebody's")
    one.keys("e", "C-u").type(str(path))
    one.keys("Enter").wait("Replace it?")
    press(one, "n", lambda screen: "Replace" not in screen)
    assert path.read_bytes() == b"somebody's"
    one.keys("e", "C-u").type(str(path))
    one.keys("Enter").wait("Replace it?")
    press(one, "y", "wrote")
    np.testing.assert_array_equal(np.load(path), values)


# ---------------------------------------------------------------------- three thousand tensors

@pytest.fixture(scope="module")
def mixture(program, session_folder):
    """A mixture of experts, made up: 3,000 tensors, some of them unsound."""
    rng = np.random.default_rng(7)
    tensors = {f"model.layers.{layer}.mlp.experts.{expert}.w{part}.weight":
               rng.normal(0, 0.02 * (1 + part), (8, 12)).astype(np.float32)
               for layer in range(20) for expert in range(50) for part in range(3)}
    tensors["model.layers.7.mlp.experts.41.w1.weight"][3, 4] = np.nan
    tensors["model.layers.11.mlp.experts.2.w0.weight"][0, 0] = np.inf
    tensors["model.layers.19.mlp.experts.49.w2.weight"][:] = 0
    path = session_folder / "mixture.safetensors"
    save_file(tensors, path)
    store = session_folder / "mixture"
    program.run("import", path, "--slot", 3, "--name", "mixture", store=store).ok()
    return store


def test_three_thousand_tensors_are_folded_by_layer_and_number(terminal, mixture):
    one = at_tensors(terminal, mixture, 3)
    screen = one.wait(lambda screen: "3,000 tensors" in screen)
    assert re.search(r"▾ model\.layers +20 blocks", screen.text)
    blocks = [int(found[1]) for line in screen.lines if (found := re.match(r"│▌? +▸ (\d+)\.mlp\.experts ", line))]
    assert blocks == list(range(20))
    press(one, "*", lambda screen: "w0.weight" in screen)
    press(one, "G", lambda screen: chosen(screen) == "w2.weight")
    press(one, "g", lambda screen: chosen(screen) == "model.layers")


def test_what_is_wrong_with_values_is_found_and_marked(terminal, mixture):
    one = at_tensors(terminal, mixture, 3)
    one.wait(lambda screen: "NaN or Inf in 2" in screen)
    for order in ("name", "size", "mean", "std", "marks"):
        press(one, "s", lambda screen: f"sort: {order}" in screen)
    screen = one.keys("g").wait(lambda screen: "perts.41" in screen.lines[4])
    marks = [re.search(r"(\S+) +[│┃]", line[:84]) for line in screen.lines[4:7]]
    assert [mark[1] for mark in marks] == ["NaN", "∞", "=0"], screen.text
    one.wait(lambda screen: "NaN 1 " in screen)


def test_it_is_left_and_resized_at_any_moment(terminal, mixture):
    one = at_tensors(terminal, mixture, 3, width=140, height=40)
    one.keys("j", "j", "l")
    one.wait(lambda screen: chosen(screen) == "1.mlp.experts")
    for width, height in ((60, 15), (40, 10), (100, 30), (80, 24), (200, 60)):
        one.resize(width, height)
        one.wait(lambda screen: chosen(screen) == "1.mlp.experts" and len(screen.lines) == height)
    one.keys("Escape").wait(lambda screen: screen.selected == 3)
    # What stood on the terminal before was cut when it was small.
    quit_and_check(one, old_screen=False)
