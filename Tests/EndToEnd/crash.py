"""Writers killed at every step of the protocol and at any moment, readers beside them, and what must be true then.

`Campaign` goes on with one store from kill to kill, so that damage would pile up; `fire` lets readers read while
writers write. What a store holds is checked here with numpy, sqlite3 and hashlib alone, as FORMAT.md says, against
what the writer acknowledged before it died. The writer is `slotscope-torture`, whose files say what they are.
"""

import contextlib
import json
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

import foreign_store
from program import pause, staged_files

SLOTS = 16
#: seconds after which a writer that should have ended hangs
TOO_LONG = 60
#: bytes that SQLite's log may have: a writer empties it from 4 MB on, but readers may be in its way for a while
LARGEST_WAL = 32 << 20
#: the point at which a writer that opens a store empties the log
CHECKPOINT = "opening: checkpoint index.db"
#: system calls by which a writer changes files, locks or looks, and about how many of each the script makes
SYSTEM_CALLS = {"pwrite64": 150, "write": 60, "fsync": 30, "fdatasync": 12, "rename": 20, "symlink": 8, "unlink": 20,
                "link": 4, "openat": 90, "close": 60, "flock": 25, "fcntl": 250, "ftruncate": 3, "mmap": 60}
REVISION = re.compile(r"revisions/(\d{8,})\.r\d+\.[0-9a-f]{8}\.npy")


# ---------------------------------------------------------------------- what a stamped save holds

STEP = np.uint64(0x9E3779B97F4A7C15)


def mix(values):
    """The finaliser of splitmix64, of an array."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def stamped(slot, stamp):
    """The weights that slotscope-torture saves, made from its rule and not by its code."""
    seed = mix(np.array([slot], dtype=np.uint64) * STEP + np.uint64(stamp))
    number = int(mix(seed)[0])
    count = 262_145 + number % 131_072 if stamp % 16 == 0 else 128 + number % 25_000
    values = mix(seed + np.arange(count, dtype=np.uint64) * STEP)
    values[:3] = slot, stamp, count
    return values


# ---------------------------------------------------------------------- what is in a store, without our program

@dataclass
class View:
    """The tables of an index as one moment has them."""
    rows: dict
    history: dict
    counters: dict
    todo: list


@contextlib.contextmanager
def opened_index(store, private):
    """The index opened for reading: the store's own, or a copy without -shm, which the WAL alone has to make whole."""
    with tempfile.TemporaryDirectory(prefix="slotscope-index-") as folder:
        path = Path(store) / "index.db"
        if private:
            for name in ("index.db", "index.db-wal"):
                with contextlib.suppress(FileNotFoundError):
                    shutil.copy(path.with_name(name), folder)
            path = Path(folder) / "index.db"
        index = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
        index.row_factory = sqlite3.Row
        try:
            yield index
        finally:
            index.close()


def look(store, private=False):
    """All that the index says."""
    with opened_index(store, private) as index:
        assert index.execute("PRAGMA quick_check").fetchone()[0] == "ok", f"{store}: the index is damaged"
        index.execute("BEGIN")
        history = {}
        for row in index.execute("SELECT * FROM history ORDER BY slot_id, revision"):
            history.setdefault(row["slot_id"], []).append(dict(row))
        return View(
            rows={row["slot_id"]: dict(row) for row in index.execute("SELECT * FROM contexts ORDER BY slot_id")},
            history=history,
            counters=dict(map(tuple, index.execute("SELECT slot_id, last_revision FROM counters"))),
            todo=[dict(row) for row in index.execute("SELECT * FROM todo ORDER BY id")])


def weight_file(store, row):
    """The file that a row's weights are in, as FORMAT.md has it."""
    ours = row["revision"] is not None and REVISION.fullmatch(row["weight_file"] or "")
    return Path(store) / row["weight_file"] if ours else foreign_store.slot_file(store, row["slot_id"])


def torn(store, row):
    """What does not fit between a row and its file; None where all does."""
    path = weight_file(store, row)
    try:
        weights = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        return f"{path.name}: {error}"
    said = (json.loads(row["weight_shape"]), row["weight_dtype"], row["size_bytes"], row["checksum"])
    found = (list(weights.shape), str(weights.dtype), weights.nbytes, foreign_store.md5(weights))
    if said != found:
        return f"{path.name} is {found}, its row says {said}"
    if row["model_type"] == "Stamped":
        stamp = json.loads(row["config_json"])["stamp"]
        if not np.array_equal(weights, stamped(row["slot_id"], stamp)):
            return f"{path.name} is not what was saved with stamp {stamp}"
    return None


def all_torn(store, view):
    """Every row, kept ones included, whose file is not there or not whole."""
    rows = [*view.rows.values(), *(row for kept in view.history.values() for row in kept)]
    # A slot's own row stands in history, too: each is read once.
    about = ("slot_id", "revision", "weight_file", "checksum", "config_json")
    distinct = {tuple(row[column] for column in about): row for row in rows}
    return [f"slot {row['slot_id']}, revision {row['revision']}: {fault}"
            for row in distinct.values() if (fault := torn(store, row))]


def wrong_entry(store, row):
    """Why the simple way of reading a slot, by its name in slots/, goes wrong; None where it does not."""
    entry = foreign_store.slot_file(store, row["slot_id"])
    if row["revision"] is None:
        return None if entry.is_file() and not entry.is_symlink() else f"slots/{entry.name} is no plain file"
    target = str(entry.readlink()) if entry.is_symlink() else "a plain file or nothing"
    return None if target == f"../{row['weight_file']}" else f"slots/{entry.name} is {target}, not {row['weight_file']}"


def dangling(store):
    """Links in slots/ to files that are not there."""
    return [f"slots/{path.name} dangles" for path in (Path(store) / "slots").iterdir() if not path.exists()]


def untidy(store, view):
    """What a writer that opened the store should have cleaned up, or put right."""
    store = Path(store)
    found = [f"wal/{name} is left" for name in staged_files(store)]
    named = {row["weight_file"] for kept in view.history.values() for row in kept}
    named |= {row["weight_file"] for row in view.rows.values()}
    found += [f"revisions/{path.name} is named by no row" for path in (store / "revisions").iterdir()
              if f"revisions/{path.name}" not in named]
    found += [f"todo still has {task}" for task in view.todo
              if task["kind"] == "remove" and task["file"] not in named and (store / task["file"]).exists()]
    wanted = {foreign_store.slot_file(store, slot).name for slot in view.rows}
    found += [f"slots/{path.name} has no row" for path in (store / "slots").iterdir() if path.name not in wanted]
    return found + [fault for row in view.rows.values() if (fault := wrong_entry(store, row))]


# ---------------------------------------------------------------------- what a store must hold

@dataclass(frozen=True)
class Kept:
    """Some weights that a slot holds or keeps."""
    md5: str
    #: None where another program wrote it, or where it got a number that was not told
    revision: int | None = None
    is_foreign: bool = False

    def is_row(self, row):
        """Whether a row of `contexts` or `history` is about these."""
        return row["checksum"] == self.md5 and self.revision in (None, row["revision"])

    def is_current(self, row):
        """Whether the slot's own row is: that of a foreign program has no revision."""
        return row is not None and self.is_row(row) and (row["revision"] is None) == self.is_foreign


@dataclass(frozen=True)
class SlotState:
    """What a slot holds, and what an undo would bring back."""
    current: Kept | None = None
    undo: Kept | None = None

    def with_current(self, new):
        return SlotState(new, replace(self.current, is_foreign=False) if self.current else self.undo)


@dataclass(frozen=True)
class Change:
    """What a writer said it was about to do, or had done."""
    kind: str
    slot: int | None
    md5: str | None
    revision: int | None

    @staticmethod
    def parse(words):
        """`save 3 stamp 17 revision 5 md5 …`: the kind, the slot, and named values."""
        named = dict(zip(words[2::2], words[3::2]))
        revision = named.get("revision")
        return Change(words[0], int(words[1]) if len(words) > 1 else None, named.get("md5"),
                      int(revision) if revision else None)

    def applied_to(self, state):
        """What a slot is after it."""
        if self.kind == "save":
            new = Kept(self.md5, self.revision)
            is_again = state.current and state.current.md5 == self.md5
            # What was there already is not kept twice.
            return SlotState(new, state.undo) if is_again else state.with_current(new)
        if self.kind == "delete":
            return state.with_current(None)
        if self.kind == "restore":
            return state.with_current(Kept(state.undo.md5, self.revision)) if state.undo else state
        if self.kind == "purge":
            return SlotState()
        if self.kind == "gc":
            return SlotState(state.current)
        raise ValueError(f"{self.kind} is not known here")


@dataclass
class Ledger:
    """What the writer acknowledged, slot by slot, and what it had begun when it died."""
    slots: dict = field(default_factory=dict)
    pending: Change | None = None
    acknowledged: int = 0

    def state(self, slot):
        return self.slots.get(slot, SlotState())

    def read(self, lines):
        """Takes what one writer said; only its last operation may be open."""
        self.pending = None
        for word, *words in (line.split() for line in lines):
            if word == "begin":
                self.pending = Change.parse(words)
            elif word == "refused":
                self.pending = None
            elif word == "done":
                change = Change.parse(words)
                for slot in self.concerned(change):
                    self.slots[slot] = change.applied_to(self.state(slot))
                self.pending = None
                self.acknowledged += 1

    def concerned(self, change):
        """The slots that a change is about: all where it names none."""
        return list(self.slots) if change.slot is None else [change.slot]

    def foreign(self, slot, md5):
        """Another program wrote a slot. What it replaced of its own is nobody's to keep."""
        state = self.state(slot)
        is_ours = state.current and not state.current.is_foreign
        self.slots[slot] = SlotState(Kept(md5, is_foreign=True), state.current if is_ours else state.undo)

    def outcome(self, slot, view):
        """The state that the slot is in, of those it may be in; None where something is lost."""
        state = self.state(slot)
        states = [state]
        if self.pending and slot in self.concerned(self.pending):
            states.append(self.pending.applied_to(state))
        # Where both may be, what was there before is still there whole: nothing has happened yet.
        return next((one for one in states if self.is_found(one, slot, view)), None)

    @staticmethod
    def is_found(state, slot, view):
        row = view.rows.get(slot)
        is_current = row is None if state.current is None else state.current.is_current(row)
        return is_current and (state.undo is None or any(map(state.undo.is_row, view.history.get(slot, []))))

    def lost(self, view):
        """The slots that hold neither what was acknowledged last nor what was begun after it."""
        def told(row):
            return row and f"{row['checksum']} r{row['revision']}"

        return [f"slot {slot} holds {told(view.rows.get(slot))}, keeps {list(map(told, view.history.get(slot, [])))};"
                f" acknowledged is {self.state(slot)}, begun is {self.pending}"
                for slot in sorted({*self.slots, *view.rows}) if not self.outcome(slot, view)]

    def settle(self, view):
        """Takes what the store holds for what it must hold from now on: nothing is open any more."""
        for slot in {*self.slots, *view.rows}:
            state = self.outcome(slot, view) or self.state(slot)
            if state.current and slot in view.rows:
                state = replace(state, current=replace(state.current, revision=view.rows[slot]["revision"]))
            self.slots[slot] = state
        self.pending = None


# ---------------------------------------------------------------------- running the writer

@dataclass
class Run:
    """What a writer said before it ended."""
    lines: list
    code: int

    def named(self, word):
        """The names of points in lines such as `point 17 save: rename revisions/`."""
        return [line.split(maxsplit=2)[2] for line in self.lines if line.startswith(word + " ")]

    @property
    def points(self):
        return self.named("point")

    @property
    def died_at(self):
        """The name of the point at which it killed itself; None where it did not come to that."""
        return next(iter(self.named("dying")), None)


@dataclass
class Torture:
    """The program `slotscope-torture`."""
    path: Path

    def write(self, store, *words, kill_after=TOO_LONG, kill_at_call=None):
        """Runs `write`; from outside it is killed after so many seconds, or by strace at a system call of its own.

        What it said is kept outside of the store.
        """
        with tempfile.TemporaryFile("w+") as said:
            process = self.start("write", store, *words, call=kill_at_call, stdout=said)
            killer = threading.Timer(kill_after, process.kill)
            killer.start()
            process.wait()
            killer.cancel()
            said.seek(0)
            text = said.read()
        # A line without its end was never said.
        run = Run(text[:text.rfind("\n") + 1].splitlines(), process.returncode)
        is_expected = kill_after < TOO_LONG or kill_at_call or "--die-at" in words
        assert run.code in ((0, -signal.SIGKILL) if is_expected else (0,)), f"{words}: {run.code}, {run.lines[-1:]}"
        return run

    def start(self, command, store, *words, call=None, **options):
        """Starts a command; `call` is a system call and its number, at which strace kills it."""
        name, number = call or (None, None)
        tracing = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={name}",
                   "-e", f"inject={name}:signal=KILL:when={number}"] if call else []
        return subprocess.Popen([*tracing, str(self.path), command, str(store), *map(str, words)], text=True,
                                stdin=subprocess.DEVNULL, **options)


# ---------------------------------------------------------------------- kill after kill

@dataclass
class Tally:
    """What a campaign has come to."""
    kills: int = 0
    points: Counter = field(default_factory=Counter)
    lost: list = field(default_factory=list)
    torn: list = field(default_factory=list)
    untidy: list = field(default_factory=list)

    @property
    def faults(self):
        return [*self.lost, *self.torn, *self.untidy]


class Campaign:
    """One store, used from kill to kill; `tally` has what came of it."""

    #: slots that the script goes over, beside those of random operations
    EMPTY, FOREIGN_SAVED, FOREIGN_DELETED, FOREIGN_RESTORED, FOREIGN_PURGED = range(SLOTS, SLOTS + 5)

    def __init__(self, torture, store, seed=1):
        self.torture = torture
        self.store = Path(store)
        self.random = random.Random(seed)
        self.ledger = Ledger()
        self.tally = Tally()
        self.last_stamp = 0
        #: the script's operation whose turn it was last, and how often all have had theirs
        self.turn = self.passes = 0
        #: what opening the store had to do after a death at that point
        self.recoveries = {}
        self.recover()

    # --- the ways to die

    def kill_at_random_moment(self, longest=0.3):
        """A writer of random operations is killed from outside."""
        if self.random.random() < 0.3:
            self.write_as_foreigner(self.random.randrange(SLOTS))
        run = self.torture.write(
            self.store, "--slots", SLOTS, "--seconds", 60, "--seed", self.random.getrandbits(32),
            "--stamp", self.stamps(100_000), kill_after=self.random.uniform(0, longest))
        self.died(run, "a random moment")
        self.recover()

    def kill_at_system_call(self):
        """A writer of the script dies as it makes some system call: between any two steps of the protocol, too."""
        self.prepare_slots()
        name = self.random.choice(list(SYSTEM_CALLS))
        number = self.random.randrange(1, SYSTEM_CALLS[name])
        run = self.torture.write(self.store, *self.script(), kill_at_call=(name, number))
        if run.code:
            self.died(run, f"system call {name}")
        else:
            self.ledger.read(run.lines)
        self.recover()

    def kill_at(self, point, recovery=None):
        """A writer of the script dies at a point, given by its number or name, and the next one while it cleans up.

        Gives the name of the point; None where the writer did not come to it.
        """
        self.prepare_slots()
        run = self.torture.write(self.store, *self.script(), "--die-at", point)
        name = run.died_at
        if name is None:
            self.ledger.read(run.lines)
            self.check("the script's end")
        else:
            self.died(run, name)
        if recovery is not None:
            self.kill_at_opening(recovery)
        steps = self.recover()
        if recovery is None and name:
            self.recoveries[name] = steps
        return name

    def kill_at_opening(self, point):
        """A writer dies at a point of opening the store."""
        run = self.torture.write(self.store, "--count", 0, "--die-at", point)
        if run.died_at:
            self.note_death(run.died_at)
            self.check(run.died_at)

    def kill_at_checkpoint(self):
        """A reader in the way lets the index's log grow; the writer that then comes to empty it dies."""
        with opened_index(self.store, private=False) as index:
            index.execute("BEGIN")
            index.execute("SELECT count(*) FROM contexts").fetchone()
            self.ledger.read(self.torture.write(
                self.store, "--slots", SLOTS, "--count", 150, "--stamp", self.stamps(150)).lines)
        self.kill_at_opening(CHECKPOINT)
        self.recover()

    def kill_at_every_named_point(self):
        """Each named point at least once: those of the script, then those of cleaning up after them.

        Gives the names of those where nothing was killed.
        """
        self.named_points()  # The first time the slots have no past: later ones go another way.
        points = self.named_points()
        for name in points:
            if not self.tally.points[name]:
                self.kill_at(name)
        recoveries = dict(self.recoveries)
        for name, steps in recoveries.items():
            for step in steps:
                if not self.tally.points[step]:
                    self.kill_at(name, recovery=step)
        self.kill_at_checkpoint()
        wanted = {CHECKPOINT, *points, *(step for steps in recoveries.values() for step in steps)}
        # When else the log is emptied is a matter of how much was written before.
        return {name for name in wanted if not self.tally.points[name]
                and (name == CHECKPOINT or not name.endswith("checkpoint index.db"))}

    def kill_often(self, kills):
        """So many more: at every operation of the script in turn, at random moments and at random system calls; now and
        then the next writer dies, too, while it cleans up."""
        enough = self.tally.kills + kills
        while self.tally.kills < enough:
            self.turn += 1
            recovery = self.random.randrange(1, 13) if self.random.random() < 0.25 else None
            if not self.kill_at(self.turn, recovery):
                self.turn = 0
                self.passes += 1
            for kill in (self.kill_at_random_moment, self.kill_at_system_call):
                if self.tally.kills < enough:
                    kill()

    # --- what a round is made of

    def prepare_slots(self):
        """What the script finds: a slot that is empty, and slots that another program wrote."""
        for slot in (self.FOREIGN_SAVED, self.FOREIGN_DELETED, self.FOREIGN_RESTORED, self.FOREIGN_PURGED):
            current = self.ledger.state(slot).current
            if not current or not current.is_foreign:
                self.write_as_foreigner(slot)
        if self.ledger.state(self.EMPTY).current:
            self.ledger.read(self.torture.write(self.store, "--do", f"delete:{self.EMPTY}").lines)

    def script(self):
        """All that the protocol does: saves to an empty slot, over a full one, over one whose oldest revision goes, of
        what is there already; deletes; restores, also what was deleted; purges; each of them over another program's
        slot; collects garbage."""
        stamp = self.stamps(16)
        large = -(-stamp // 16) * 16
        small = [number for number in range(stamp, stamp + 16) if number != large]
        changes = [
            *(f"save:{self.EMPTY}:{number}" for number in [small[0], large, small[1], small[1]]),
            f"restore:{self.EMPTY}", f"delete:{self.EMPTY}", f"restore:{self.EMPTY}",
            f"save:{self.FOREIGN_SAVED}:{small[2]}", f"delete:{self.FOREIGN_DELETED}",
            f"restore:{self.FOREIGN_RESTORED}", f"save:{self.FOREIGN_RESTORED}:{small[3]}",
            f"purge:{self.FOREIGN_PURGED}", f"delete:{self.EMPTY}", f"save:{self.EMPTY}:{small[4]}", "gc",
            f"save:{self.EMPTY}:{small[5]}", f"purge:{self.EMPTY}",
        ]
        return [word for change in changes for word in ("--do", change)]

    def named_points(self):
        """The names of all points that the script goes through, in order, as the program tells them."""
        self.prepare_slots()
        run = self.torture.write(self.store, *self.script(), "--points")
        self.ledger.read(run.lines)
        self.check("the script's end")
        self.recover()
        return run.points

    def stamps(self, count):
        """The first of so many stamps that were never used."""
        self.last_stamp += count
        return self.last_stamp - count + 1

    def write_as_foreigner(self, slot):
        weights = np.arange(self.random.randrange(1, 9000)) + self.stamps(1)
        foreign_store.write_slot(self.store, slot, weights, {}, {"model_type": "Foreign"})
        self.ledger.foreign(slot, foreign_store.md5(weights))

    def died(self, run, where):
        self.note_death(where)
        self.ledger.read(run.lines)
        self.check(where)

    def note_death(self, where):
        self.tally.kills += 1
        self.tally.points[where] += 1

    def check(self, where):
        """What must be true of the store whatever happened; sometimes of its files without SQLite's -shm."""
        view = look(self.store, private=self.random.random() < 0.5)
        self.tally.lost += [f"after {where}: {fault}" for fault in self.ledger.lost(view)]
        self.tally.torn += [f"after {where}: {fault}" for fault in all_torn(self.store, view)]
        begun = self.ledger.pending
        self.tally.untidy += [f"after {where}, begun is {begun}: {fault}" for fault in dangling(self.store)]

    def recover(self):
        """A writer opens the store: then it is tidy, too. Gives the steps that this took."""
        steps = self.torture.write(self.store, "--count", 0, "--points").points
        self.check("a writer opened the store")
        view = look(self.store)
        self.tally.untidy += untidy(self.store, view)
        self.ledger.settle(view)
        return steps


# ---------------------------------------------------------------------- readers under fire

@dataclass
class Fire:
    """What came of readers reading while writers wrote."""
    #: how often the writers did each of what they do
    changes: Counter = field(default_factory=Counter)
    loads: int = 0
    empty: int = 0
    mismatches: int = 0
    errors: int = 0
    #: bytes
    largest_wal: int = 0
    faults: list = field(default_factory=list)


def fire(torture, store, writers, readers=8, seconds=5):
    """Lets so many writers change 16 slots while readers load them, each in a process of its own."""
    torture.write(store, *(word for slot in range(SLOTS) for word in ("--do", f"save:{slot}:{slot + 1}")))
    before = look(store)
    found = Fire()
    with contextlib.ExitStack() as stack:
        def start(command, number, *words):
            said = stack.enter_context(tempfile.TemporaryFile("w+"))
            process = torture.start(command, store, "--slots", SLOTS, "--seconds", seconds, "--seed", number, *words,
                                    stdout=said, stderr=subprocess.STDOUT)
            stack.callback(process.wait)
            stack.callback(process.kill)
            return process, said

        writing = [start("write", number, "--stamp", 10**9 * (number + 1)) for number in range(writers)]
        reading = [start("read", number) for number in range(readers)]
        watch_wal(store, [process for process, _ in [*writing, *reading]], found)
        count_changes([lines_of(*one) for one in writing], before, look(store), found)
        count_loads([lines_of(*one) for one in reading], found)
    torture.write(store, "--count", 0)
    view = look(store)
    found.faults += [*all_torn(store, view), *untidy(store, view)]
    return found


def watch_wal(store, processes, found):
    """Looks at the size of the WAL until all have ended."""
    while any(process.poll() is None for process in processes):
        with contextlib.suppress(FileNotFoundError):
            found.largest_wal = max(found.largest_wal, (Path(store) / "index.db-wal").stat().st_size)
        pause()


def lines_of(process, said):
    """What a process said, after looking at how it ended."""
    said.seek(0)
    lines = said.read().splitlines()
    assert process.returncode == 0, f"ended with {process.returncode}: {lines[-1:]}"
    return lines


def count_changes(said, before, after, found):
    """Each revision number was given once, and none is missing: no save of one writer was lost to another."""
    done = [Change.parse(line.split()[1:]) for lines in said for line in lines if line.startswith("done ")]
    found.changes = Counter(change.kind for change in done)
    given = sorted((change.slot, change.revision) for change in done if change.revision)
    wanted = sorted((slot, number) for slot, last in after.counters.items()
                    for number in range(before.counters.get(slot, 0) + 1, last + 1))
    if given != wanted:
        found.faults.append(f"{len(given)} revisions were acknowledged, the index counts {len(wanted)}")
    found.faults += [line for lines in said for line in lines if line.startswith("failed ") or "locked" in line]


def count_loads(told, found):
    """Adds up what the readers found."""
    for lines in told:
        reader = json.loads(lines[-1])
        found.loads += reader["loads"]
        found.empty += reader["empty"]
        found.mismatches += reader["mismatches"]
        found.errors += reader["errors"]
        if reader["first_fault"]:
            found.faults.append(f"reader: {reader['first_fault']}")
