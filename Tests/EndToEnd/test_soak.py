"""A soak: nothing that is typed, pasted, clicked or changed elsewhere makes the browser crash, hang, leak or forget
the terminal's settings. `make soak` sends ten thousand keys, of which memory is judged; here a part of them, always all
of it."""

import os
import random

import pytest

from soak import ENOUGH, MB, WARM, Sample, Soak, growth, second_half

KEYS = int(os.environ.get("SOAK_KEYS") or 2000)
RUNS = int(os.environ.get("SOAK_RUNS") or 1)
SEED = int(os.environ.get("SOAK_SEED") or random.randrange(1 << 32))


@pytest.mark.parametrize("turn", range(RUNS))
def test_random_keys_on_a_store_that_others_change(program, folder, capsys, turn):
    folder.chmod(0o777)
    with Soak(program, folder, SEED + turn) as soak:
        soak.run(KEYS)
        with capsys.disabled():
            print("\n" + soak.report())
        assert soak.faults() == [], soak.report()
        assert soak.sent == KEYS
        assert KEYS < 10_000 or max(len(second_half(life)) for life in soak.lives) >= ENOUGH, "too few samples"


def life(**rising):
    """The samples of a browser that holds so much more with each thousand keys."""
    held = {"memory": 30 * MB, "descriptors": 20, "threads": 9}
    return [Sample(keys, **{name: now + rising.get(name, 0) * keys / 1000 for name, now in held.items()})
            for keys in range(0, 9000, 80)]


def test_what_grows_is_seen():
    """The soak's own judgement: without this it might find everything flat."""
    assert growth(life()) == []
    for name, rise in (("memory", 2 * MB), ("descriptors", 2), ("threads", 4)):
        assert len(growth(life(**{name: rise}))) == 1 and name in growth(life(**{name: rise}))[0]


def test_caches_that_fill_and_single_peaks_are_no_growth():
    filling = life()
    for sample in filling:
        sample.memory += min(sample.keys, WARM) * 4096
        sample.memory += 20 * MB if sample.keys % 1000 < 80 else 0
    assert growth(filling) == []
