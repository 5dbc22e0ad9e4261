"""What the store knows of itself: verify, check and its repairs, gc, purge."""

import fcntl
import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

import foreign_store
from program import contents


@pytest.fixture
def models(run, folder):
    """A store of a model with many tensors, and of two small slots with an earlier revision each."""
    store = folder / "models"
    run("build", "llm", 0, "--preset", "nano", store=store).ok()
    run("build", "cnn", 1, 2, store=store).ok()
    run("rebuild", 1, 2, "--seed", 7, store=store).ok()
    return store


def findings(run, store, *options):
    """What `check --json` finds, by kind, and its exit code."""
    done = run("check", *options, "--json", store=store)
    report = json.loads(done.out)
    assert report["ok"] == (done.code == 0)
    return report["findings"]


def kinds(found):
    return sorted(one["kind"] for one in found)


# ---------------------------------------------------------------------- verify

@pytest.mark.parametrize("options", [[], ["--quick"]])
def test_a_flipped_bit_is_placed(run, models, options):
    shown = json.loads(run("show", 0, "--json", store=models).ok().out)
    tensor = shown["tensors"][1]
    end = shown["size_bytes"] - tensor["offset"]
    run("verify", *options, store=models).ok()
    foreign_store.flip_bit(models, 0, from_end=end)
    done = run("verify", 0, *options, store=models)
    assert done.code == 1 and "MISMATCH" in done.out
    last = tensor["offset"] + tensor["size"] - 1
    assert f"tensor {tensor['name']}, bytes {tensor['offset']} to {last}" in done.out
    row = json.loads(run("verify", 0, *options, "--json", store=models).out)[0]
    assert set(row) == {"slot_id", "expected", "actual", "ok", "error"} and row["ok"] is False
    assert tensor["name"] in row["error"]


def test_what_is_verified_is_read_again_only_by_force(run, models):
    run("verify", store=models).ok()
    again = run("verify", store=models).ok()
    assert again.out.count("verified before, not read again") == 3 and "--force" in again.err
    forced = run("verify", "--force", store=models).ok()
    assert "before" not in forced.out + forced.err
    # Bits that change without the file's time changing are what --force is for.
    path = foreign_store.slot_file(models, 1).resolve()
    status = path.stat()
    foreign_store.flip_bit(models, 1)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert run("verify", 1, store=models).code == 0
    assert run("verify", 1, "--force", store=models).code == 1


# ---------------------------------------------------------------------- check

def test_a_sound_store_is_called_so(run, models):
    done = run("check", store=models).ok()
    assert done.out.startswith("sound: 3 slots, 2 earlier revisions")
    assert findings(run, models) == []


def test_check_waits_for_whoever_writes(program, models):
    """What a save has done half is no fault of the store's; who may write waits until it is whole."""
    published = models / "revisions" / "00000001.r9.0123abcd.npy"
    shutil.copy(foreign_store.slot_file(models, 1), published)
    with open(models / "wal" / "lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        check = program.popen("check", store=models)
        assert "waiting" in check.stderr.readline()
        published.unlink()
    out, err = check.communicate(timeout=60)
    assert (check.returncode, err) == (0, "") and out.startswith("sound: "), out


def test_check_makes_nothing_in_a_store_that_no_writer_of_ours_has_seen(run, foreign):
    (foreign / "slots" / "00000003.npy").unlink()

    def beside_the_index():
        return {name: one for name, one in contents(foreign).items() if not name.startswith("index.db")}

    before = beside_the_index()
    assert kinds(findings(run, foreign)) == ["missing-file"]
    assert beside_the_index() == before


def test_check_names_what_is_wrong_and_repair_loses_nothing(run, models):
    (models / "slots" / "00000000.npy").unlink()
    np.save(models / "slots" / "00000009.npy", np.arange(5.0))
    (models / "revisions" / "mine.txt").write_text("mine")
    assert kinds(findings(run, models)) == ["link-missing", "orphaned-file", "stray-file"]
    done = run("check", "--repair", store=models).ok()
    assert done.out.count("repaired:") == 3
    assert findings(run, models) == []
    assert (models / "lost+found" / "mine.txt").read_text() == "mine"
    assert json.loads(run("show", 9, "--json", store=models).ok().out)["weight_shape"] == [5]
    assert foreign_store.check(models) == []


def test_damage_that_nothing_can_repair_stays_in_sight(run, models):
    path = foreign_store.slot_file(models, 1).resolve()
    path.chmod(0o644)
    os.truncate(path, path.stat().st_size - 8)
    assert kinds(findings(run, models, "--repair")) == ["wrong-size"]
    assert run("check", "--repair", store=models).code == 1
    run("restore", 1, store=models).ok()
    run("verify", 1, store=models).ok()


def test_a_lost_index_is_reported_and_made_again_from_the_files(run, models):
    weights = {slot: np.load(foreign_store.slot_file(models, slot)) for slot in range(3)}
    for path in models.glob("index.db*"):
        path.unlink()
    refused = run("build", "llm", store=models)
    assert refused.code == 2 and "--rebuild-index" in refused.err
    assert not (models / "index.db").exists()
    assert kinds(findings(run, models)) == ["index-missing"]
    run("check", "--rebuild-index", store=models).ok()
    assert findings(run, models) == []
    for slot, expected in weights.items():
        assert np.array_equal(np.load(foreign_store.slot_file(models, slot)), expected)
    assert len(json.loads(run("history", 1, "--json", store=models).ok().out)) == 1
    again = run("check", "--rebuild-index", store=models)
    assert again.code == 2 and "nothing to rebuild" in again.err


def test_an_index_of_another_store_is_no_reason_to_lose_files(run, models, folder):
    """An older index.db put back: what it does not know stays."""
    backup = folder / "backup"
    shutil.copytree(models, backup, symlinks=True)
    run("build", "llm", 5, store=models).ok()
    newest = {path.name for path in (models / "revisions").iterdir()}
    for path in models.glob("index.db*"):
        path.unlink()
    for path in backup.glob("index.db*"):
        shutil.copy(path, models)
    run("build", "llm", 6, store=models).ok()
    assert newest <= {path.name for path in (models / "revisions").iterdir()}
    run("check", "--repair", store=models).ok()
    run("verify", 5, store=models).ok()


# ---------------------------------------------------------------------- gc and purge

def test_gc_says_what_and_how_much_and_drops_just_that(run, models):
    before = {path.name for path in (models / "revisions").iterdir()}
    dry = run("gc", "--dry-run", store=models).ok()
    assert "2 earlier revisions" in dry.out
    assert before == {path.name for path in (models / "revisions").iterdir()}
    unasked = run("gc", store=models)
    assert unasked.code == 64 and "--yes" in unasked.err
    report = json.loads(run("gc", "--yes", "--json", store=models).ok().out)
    assert report["collected"] is True and len(report["revisions"]) == 2 and report["bytes"] > 0
    assert len(list((models / "revisions").iterdir())) == 3
    assert run("restore", 1, store=models).code == 1
    run("verify", store=models).ok()
    assert run("gc", "--yes", store=models).ok().out == "nothing to drop\n"


def test_purging_leaves_nothing_and_deleting_does(run, models):
    run("delete", 1, "--yes", store=models).ok()
    run("restore", 1, store=models).ok()
    purged = run("delete", 1, 2, "--purge", "--yes", store=models).ok()
    assert "slot 1 purged" in purged.out
    assert run("restore", 1, store=models).code == 1
    assert [path.name[:8] for path in (models / "revisions").iterdir()] == ["00000000"]
    assert run("delete", 1, "--purge", "--yes", store=models).code == 1


# ---------------------------------------------------------------------- who waits for whom

def test_a_second_writer_waits_says_so_and_goes_on_when_the_first_dies(program, run, models):
    hold = "import fcntl, sys; file = open(sys.argv[1], 'a'); fcntl.flock(file, 2); print('held', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", hold, models / "wal" / "lock"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        waiting = program.popen("build", "llm", 8, store=models)
        assert "waiting for it" in waiting.stderr.readline()
        holder.kill()
    waiting.communicate(timeout=20)
    assert waiting.returncode == 0
    run("verify", 8, store=models).ok()
