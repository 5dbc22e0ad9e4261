"""The browser: how soon it answers, what it sends and holds, and what it costs while nobody touches it."""

import json
import os
import pty
import select
import shutil
import sqlite3
import statistics
import subprocess
import tempfile
import termios
import time
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

import foreign_store
from program import environment
from pseudo_terminal import PseudoTerminal
from terminal import Terminal

from . import million
from .measuring import compare, duration, row, timed

MOMENT = "ifnull(replace(updated_at, ' ', 'T'), '')"


class Session:
    """A program on a pseudo-terminal of 140 × 40 whose bytes are looked for words, and nothing else: quick to read."""

    def __init__(self, command, home):
        self.main, side = pty.openpty()
        termios.tcsetwinsize(side, (40, 140))
        self.started = time.perf_counter()
        self.process = subprocess.Popen(command, stdin=side, stdout=side, stderr=side, start_new_session=True,
                                        env=environment(home))
        os.close(side)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.main)

    def until(self, *words):
        """Reads until each of the words has been sent; when that was."""
        seen = b""
        while not all(word in seen for word in words):
            ready, _, _ = select.select([self.main], [], [], 20)
            assert ready, f"{words}: not in {seen[-300:]}"
            seen += os.read(self.main, 65536)
        return time.perf_counter()

    def press(self, key):
        os.write(self.main, key)
        return time.perf_counter()


def frame(command, home, *words):
    """Seconds from starting a program to the bytes of the first frame that has all of the words."""
    with Session(command, home) as one:
        return one.until(*words) - one.started


def empty_program(folder):
    """A program that does nothing but open ncurses."""
    compiler = next(found for name in ("cc", "clang", "gcc") if (found := shutil.which(name)))
    built = folder / "ncurses"
    subprocess.run([compiler, "-O1", "-o", built, Path(__file__).with_name("ncurses.c"), "-lncursesw"], check=True)
    return built


# ---------------------------------------------------------------------- small stores

def browser_first_frame(program, folder):
    """With the demo store, and with thirty slots."""
    demo, thirty = folder / "demo", folder / "thirty"
    program.run("demo", demo, timeout=600).ok()
    foreign_store.write_store(thirty)
    program.run("build", "llm", 29, store=thirty).ok()
    bare = empty_program(folder)
    for store, what, words, limit in ((demo, "the demo store", (b"reference", b"quit"), 0.05),
                                      (thirty, "30 slots", (b"reference", b"quit"), 0.03)):
        ours, theirs = [], []
        for _ in range(15):
            theirs.append(frame([bare], program.home, b"quit"))
            ours.append(frame(program.command("browse", store=store), program.home, *words))
        compare(f"first frame, {what}", ours, "an empty program on ncurses", theirs, f"under {1000 * limit:.0f} ms",
                limit=limit)


def browser_tensor_screen(program, folder, count=3_000):
    """From Enter on a model of 3,000 tensors to the bytes of the first frame with its tensors."""
    store = folder / "tensors"
    save_file({f"model.layers.{number // 150}.mlp.experts.{number % 150 // 3}.w{number % 3}": np.zeros((8, 12), np.float32)
               for number in range(count)}, folder / "tensors.safetensors")
    program.run("import", folder / "tensors.safetensors", store=store).ok()

    def once():
        with Session(program.command("browse", store=store), program.home) as one:
            one.until(b"3,000", b"exact")  # the slot's own page is all there
            start = one.press(b"\r")
            return one.until(b"20 blocks", b"sort: file order") - start

    bare = [timed(lambda: subprocess.run(["/bin/true"])) for _ in range(10)]
    compare("tensor screen of 3,000 tensors, from the key", [once() for _ in range(10)], "starting /bin/true", bare,
            "under 50 ms", limit=0.05)


# ---------------------------------------------------------------------- a million slots

def browser_million(program, folder, count):
    """First frame, orders, filters, memory and idleness with a million rows; and keys while much else runs."""
    store = million.make(program, folder / "browsed", count)
    command = program.command("browse", store=store)
    index = sqlite3.connect(store / "index.db")

    def page():
        index.execute(f"SELECT * FROM contexts ORDER BY {MOMENT} DESC, slot_id DESC LIMIT 40").fetchall()

    theirs = [timed(page) for _ in range(50)]
    first = [frame(command, program.home, million.name(count - 2).encode(), b"quit") for _ in range(10)]
    compare(f"first frame, {count:,} slots", first, "sqlite3: the first 40 rows", theirs, "under 100 ms", limit=0.1)
    orders(command, program, index, count)
    idle(command, program, f"{count:,} slots")
    keys(command, program, folder, store, count)


def orders(command, program, index, count):
    """Sorting and filtering, to the first page; each beside what sqlite3 takes to find all that is wanted."""
    with PseudoTerminal(command, environment(program.home)) as one:
        one.wait(lambda: len(one.screen().slots) > 30, "the list")
        come_to_rest(one.pid, one.settle)

        def changed(key, wanted):
            before = one.screen().slots
            start = time.perf_counter()
            one.send(key)
            one.wait(lambda: wanted in one.screen() and one.screen().slots not in ([], before), wanted)
            return time.perf_counter() - start

        def filtered(text, is_there):
            one.send("/")
            one.settle(0.2)
            start = time.perf_counter()
            one.send(text)
            one.wait(lambda: is_there(one.screen()), text)
            taken = time.perf_counter() - start
            one.send("\x1b")
            one.wait(lambda: len(one.screen().slots) > 30, "all slots")
            one.settle(0.5)
            return taken

        times = {name: [] for name in ("id", "type", "size", "name", "params", "dtype", "created", "checksum")}
        for _ in range(3):
            # What was found last is kept as long as the store stays as it is.
            index.execute("UPDATE contexts SET name = name WHERE slot_id = 777")
            index.commit()
            come_to_rest(one.pid, one.settle)
            for name, taken in times.items():
                taken.append(changed("s", f"sort: {name}"))
                one.settle(0.5)
            # By state every file is looked at: nothing to do with an index.
            one.send("ss")
            one.wait(lambda: "sort: updated" in one.screen() and len(one.screen().slots) > 30, "the first order")
            one.settle(0.5)
        theirs = [timed(lambda: index.execute("SELECT slot_id FROM contexts ORDER BY size_bytes DESC LIMIT 40").fetchall())]
        for name, taken in times.items():
            compare(f"sort {count:,} slots by {name}, from the key", taken, "sqlite3, sorting by size", theirs,
                    "under 150 ms", limit=0.15)

        def like(text):
            index.execute("SELECT slot_id FROM contexts WHERE metadata_json LIKE ? LIMIT 40", (f"%{text}%",)).fetchall()

        def names(text):
            return lambda screen: screen.rows and all(text in row.rest for row in screen.rows)

        def has_only(slot):
            return lambda screen: screen.slots == [slot]

        # Another text each time: what was found last is kept.
        single = [count * part // 6 for part in range(1, 6)]
        for what, searches in (
                ("one match", [(million.name(slot), has_only(slot)) for slot in single]),
                ("100,000 matches", [(family, names(family)) for family in million.FAMILIES[2:7]]),
                ("none", [(text, lambda screen: "No slot matches" in screen)
                          for text in ("no such slot", "nothing like it", "zzyzx", "qqqq", "xyzzy")])):
            ours = [filtered(text, is_there) for text, is_there in searches]
            compare(f"filter {count:,} slots, {what}", ours, "sqlite3, LIKE over the metadata",
                    [timed(lambda: like(text)) for text, _ in searches[:3]], "under 250 ms", limit=0.25)


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def come_to_rest(pid, attend=time.sleep):
    """Waits until a browser has done what it does of itself: of a million slots the damaged are counted."""
    before = cpu_seconds(pid)
    for _ in range(60):
        attend(2)
        now = cpu_seconds(pid)
        if now - before < 0.015:
            return
        before = now
    raise AssertionError("a browser that nobody touches does not come to rest")


def idle(command, program, what):
    """CPU time and wake-ups of a browser that nobody touches."""
    with Terminal(command, environment(program.home)) as one:
        one.wait(lambda screen: "exact" in screen)
        come_to_rest(one.pid)
        time.sleep(6)  # threads that were busy wait for more work for five seconds
        before, woken = one.cpu_seconds(), wakeups(one.pid)
        time.sleep(10)
        used, woken = one.cpu_seconds() - before, wakeups(one.pid) - woken
        row(f"CPU of an idle browser, 10 s, {what}", duration(used), "", f"{woken} wake-ups", "none (under 5 ms)",
            used < 0.005)


def wakeups(pid):
    """How often threads of a process have gone to sleep so far."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        status = (task / "status").read_text()
        total += int(status.split("voluntary_ctxt_switches:")[1].split()[0])
    return total


#: as a terminal sends them
SENT = {"Down": b"\x1b[B", "PageUp": b"\x1b[5~", "PageDown": b"\x1b[6~", "Tab": b"\t", "Enter": b"\r", "Escape": b"\x1b",
        "BSpace": b"\x7f"}
#: between two keys: faster than they repeat
BEAT = 0.025


def keys(command, program, folder, store, count, presses=600):
    """Every key's frame, measured inside, while nothing runs and while two builds and a verification do."""
    for slot in (count + 1, count + 2):
        program.run("build", "llm", slot, "--preset", "tinyllama-1.1b", store=store, timeout=600).ok()
    # A slot of 8 GB, nearly all of it a hole in the file: to verify it takes longer than all keys.
    enormous = count + 3
    foreign_store.write_slot(store, enormous, np.zeros(1, np.float32), {}, {"model_type": "LLM", "name": "enormous"})
    with open(foreign_store.slot_file(store, enormous), "wb") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": "<f4", "fortran_order": False, "shape": (2 * 10**9,)})
        file.truncate(file.tell() + 8 * 10**9)
    foreign_store.update_row(store, enormous, weight_shape="[2000000000]", size_bytes=8 * 10**9, checksum="0" * 32)

    stream = ("j j j k j Down PageDown PageDown PageUp G k k g j Tab Tab h h L L a a s j s s s s S S t j t T ? j j Escape "
              "/ c n n Escape / 7 7 7 BSpace Escape H H Enter j j k Escape").split()
    for what, busy in (("while nothing runs", False), ("while two builds and a verification run", True)):
        trace = folder / "trace.json"
        # Each from a home of its own: the place, order and filter of the one before are remembered there.
        home = Path(tempfile.mkdtemp(dir=folder))
        with PseudoTerminal([*command, "--trace-latency", trace], environment(home)) as one:
            one.wait(lambda: "enormous" in one.screen(), "the list")
            come_to_rest(one.pid, one.settle)
            if busy:
                for key in ("v", "\x1b", "j", "r", "j", "r"):
                    one.send(key)
                    one.settle(0.1, deadline=0.3)
                one.wait(lambda: "3 running" in one.screen(), "3 running")
            for number in range(presses // 2 if busy else presses):
                type_raw(one, SENT.get(stream[number % len(stream)], stream[number % len(stream)].encode()))
            memory = resident(one.pid)
            for _ in range(4):
                type_raw(one, SENT["Escape"])
            if busy:
                one.send("\x0c")  # all of it anew, for an emulator that has not looked
                one.wait(lambda: "3 running" in one.screen(), "all that still runs")  # or all this was for nothing
            one.send("q")
            if busy:
                one.settle(0.5)
                one.send("y")
            one.wait(lambda: one.state == "ended", "its end")
        traced = json.loads(trace.read_text())
        seconds, sent = traced["trace"]["seconds"], traced["trace"]["answerBytes"]
        late = traced["latency"]["percentile99"]
        row(f"key to flush, {what}", duration(late), f"the median of {len(seconds)} frames",
            f"{duration(statistics.median(seconds))}; the slowest {duration(max(seconds))}",
            "99 % under 16 ms", late < 0.016)
        row("its bytes for a key", f"{statistics.median(sent):.0f}", "the largest frame", f"{max(sent):,}", "under 1,500",
            statistics.median(sent) < 1500)
        row("its memory beyond mapped files", f"{memory / 1e6:.0f} MB", "", "", "under 80 MB", memory < 80e6)


def type_raw(one, data):
    """Sends a key and takes what comes until the next, without making a picture of it: an emulator in Python would take
    longer than the program."""
    os.write(one.main, data)
    end = time.monotonic() + BEAT
    while (left := end - time.monotonic()) > 0:
        if select.select([one.main], [], [], left)[0]:
            os.read(one.main, 1 << 16)


def resident(pid):
    """Bytes of memory that hold no file."""
    return int(Path(f"/proc/{pid}/status").read_text().split("RssAnon:")[1].split()[0]) * 1024
