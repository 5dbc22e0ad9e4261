"""The histogram's screen: what its cursor reads is what numpy counts."""

import re

import numpy as np
import pytest
from safetensors import safe_open

import foreign_store
from browsing import opened, press, quit_and_check

# Of 140 columns 130 are bars: two of the frame, a blank at either side, six of the counts.
BARS = 130
# Counted, every value of them, over all that there is.
ALL = re.compile(r"linear · exact · all values")
READING = re.compile(r"▲ (\S+) to (\S+) +([\d,]+) values? +([\d.]+) % of all +([\d.]+) % below")


def read(screen):
    """The count of the bar at the cursor, its share and what is below it in per cent."""
    found = READING.search(screen.text)
    assert found, screen.text
    return int(found[3].replace(",", "")), float(found[4]), float(found[5])


def at_histogram(terminal, store, slot, *keys, wanted=ALL):
    one = opened(terminal, store, "--slot", slot)
    # In the pane first: then what is seen next is the screen's own.
    one.wait(re.compile(r"linear · exact · 99\.8 %"))
    press(one, "H", re.compile(r"exact · 99\.8 %.*▲", re.S))
    for key in keys:
        one.keys(key)
    return one, one.wait(lambda screen: wanted.search(screen.text) and READING.search(screen.text))


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int8"])
def test_every_bar_is_numpys(terminal, foreign, dtype):
    values = (np.random.default_rng(3).standard_normal(200_000) * 20).astype(dtype)
    foreign_store.write_slot(foreign, 40, values, {}, {"model_type": "LLM"})
    exact = values.astype(np.float64)
    # Eight bins to a bar: what is drawn is never estimated from broader ones.
    fine = np.histogram(exact, bins=8 * BARS, range=(exact.min(), exact.max()))[0]
    counts = fine.reshape(BARS, 8).sum(axis=1)
    one, _ = at_histogram(terminal, foreign, 40, "a", ".")
    one.wait(lambda screen: (now := READING.search(screen.text)) and int(now[3].replace(",", "")) == counts.max())
    one.keys("0")
    seen = []
    for bar in range(BARS):
        share = 100 * counts[:bar].sum() / values.size
        seen.append(read(one.wait(
            lambda screen: (now := READING.search(screen.text)) and int(now[3].replace(",", "")) == counts[bar]
            and abs(float(now[5]) - share) < 0.06)))
        one.keys("l")
    assert sum(count for count, _, _ in seen) == values.size
    quit_and_check(one)


def test_zooming_counts_again_over_exactly_the_range(terminal, minilm_template, minilm_file):
    with safe_open(minilm_file, "numpy") as file:
        values = np.concatenate([file.get_tensor(name).ravel() for name in file.keys()]).astype(np.float64)
    one, _ = at_histogram(terminal, minilm_template, 9, "a")
    low, high = values.min(), values.max()
    part = re.compile(r"linear · exact · a part")
    bar = int(np.argmax(np.histogram(values, bins=8 * BARS, range=(low, high))[0].reshape(BARS, 8).sum(axis=1)))
    for _ in range(5):
        # About the middle of the bar that is read.
        place = low + (high - low) * (bar + 0.5) / BARS
        low, high = place - (place - low) / 2, place + (high - place) / 2
        one.keys("[")
        screen = one.wait(lambda screen: part.search(screen.text) and (now := READING.search(screen.text))
                          and float(now[1]) <= place <= float(now[2]) and float(now[2]) - float(now[1]) < 1.1 * (high - low) / BARS)
        counts = np.histogram(values, bins=8 * BARS, range=(low, high))[0].reshape(BARS, 8).sum(axis=1)
        bar = int((place - low) / (high - low) * BARS)
        assert abs(read(screen)[0] - counts[bar]) <= counts[bar] * 1e-3
    quit_and_check(one)


def test_two_slots_over_each_other_on_one_range(terminal, foreign):
    random = np.random.default_rng(5)
    first = random.standard_normal(300_000)
    second = random.standard_normal(100_000) * 0.5 + 3
    for slot, values in ((40, first), (41, second)):
        foreign_store.write_slot(foreign, slot, values, {}, {"model_type": "LLM", "name": f"model {slot}"})
    one = opened(terminal, foreign, "--slot", 41)
    one.keys("Space").wait(lambda screen: "1 marked" in screen)
    one.keys("g")
    one.keys("/").type("model 40")
    one.keys("Enter").wait(lambda screen: screen.slots == [40])
    both = re.compile(r"█ 40.*([\d,]+) values.*\n.*█ 41.*([\d,]+) values")
    press(one, "H", lambda screen: both.search(screen.text) and "exact · 99.8 %" in screen)
    screen = press(one, "a", lambda screen: both.search(screen.text) and ALL.search(screen.text))
    assert "█ both" in screen and re.search(r"\d % ┤", screen.text)
    low, high = min(first.min(), second.min()), max(first.max(), second.max())
    # Shares have an axis of ten columns.
    bars = BARS - 4
    expected = [np.histogram(values, bins=bars * 9, range=(low, high))[0].reshape(bars, 9).sum(axis=1)
                for values in (first, second)]
    bar = int(np.argmax(expected[0]))

    def is_read(screen):
        """Of both: one of them may still be counted when the other has been."""
        read = {int(slot): (int(count.replace(",", "")), float(share)) for slot, count, share in
                re.findall(r"█ (40|41) \S.*? ([\d,]+) values? +([\d.]+) % of all", screen.text)}
        return all(slot in read and read[slot][0] == counts[bar]
                   and abs(read[slot][1] - 100 * counts[bar] / values.size) < 0.01 * max(1, read[slot][1])
                   for slot, counts, values in ((40, expected[0], first), (41, expected[1], second)))

    one.wait(is_read)
    # The other one in front: it is named first.
    press(one, "x", re.compile(r"█ 41.*\n.*█ 40"))
    press(one, "B", lambda screen: "⣿" in screen and "██" not in screen)
    press(one, "Escape", lambda screen: screen.selected == 40)
    quit_and_check(one)


def test_a_tensors_histogram(terminal, minilm_template, minilm_file):
    with safe_open(minilm_file, "numpy") as file:
        values = file.get_tensor("embeddings.word_embeddings.weight").astype(np.float64)
    one = opened(terminal, minilm_template, "--slot", 9)
    press(one, "Enter", lambda screen: "104 tensors" in screen and "word_embeddings" in screen)
    one.keys("/").type("word_emb")
    one.keys("Enter").wait(lambda screen: "filter" in screen.lines[-1])
    press(one, "H", lambda screen: READING.search(screen.text))
    screen = press(one, "a", lambda screen: ALL.search(screen.text) and READING.search(screen.text))
    counts = np.histogram(values, bins=8 * BARS, range=(values.min(), values.max()))[0].reshape(BARS, 8).sum(axis=1)
    assert read(screen)[0] == counts.max()
    press(one, "V", lambda screen: "word_embeddings.weight" in screen and "▲" not in screen)
    quit_and_check(one)
