"""A soak: nothing that is typed, pasted, clicked or changed elsewhere makes the browser crash, hang, leak or forget
the terminal's settings. `make soak` goes on for longer."""

import os
import random

import pytest

from soak import MB, Sample, Soak, growth

RUNS = int(os.environ.get("SOAK_RUNS") or 1)
SECONDS = os.environ.get("SOAK_SECONDS")
SEED = int(os.environ.get("SOAK_SEED") or random.randrange(1 << 32))


@pytest.mark.parametrize("turn", range(RUNS))
def test_ten_thousand_random_keys_on_a_store_that_others_change(program, folder, capsys, turn):
    folder.chmod(0o777)
    with Soak(program, folder, SEED + turn) as soak:
        soak.run(10_000, float(SECONDS) if SECONDS else None)
        with capsys.disabled():
            print("\n" + soak.report())
        assert soak.faults() == [], soak.report()


def test_what_grows_is_seen():
    """The soak's own judgement: without this it might find everything flat."""
    flat = [Sample(keys, 30 * MB, 20, 9) for keys in range(0, 9000, 300)]
    assert growth(flat) == []
    for name, step in (("memory", MB), ("descriptors", 1), ("threads", 1)):
        rising = [Sample(keys, 30 * MB, 20, 9) for keys in range(0, 9000, 300)]
        for number, sample in enumerate(rising):
            setattr(sample, name, getattr(sample, name) + number * step)
        assert len(growth(rising)) == 1 and name in growth(rising)[0]
