"""The browser: how soon it answers, and what it costs while it does not."""

import os
import pty
import select
import subprocess
import time

import numpy as np
from safetensors.numpy import save_file

from terminal import Terminal

from .measuring import compare, duration, row, timed


def first_frame(program, folder):
    """From starting the process to the bytes of the first frame with a slot in it."""
    store = folder / "demo"
    program.run("demo", store, timeout=600).ok()

    def once():
        main, side = pty.openpty()
        os.environ.setdefault("TERM", "xterm-256color")
        start = time.perf_counter()
        process = subprocess.Popen(program.command("browse", store=store), stdin=side, stdout=side, stderr=side,
                                   start_new_session=True, env={**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8"})
        os.close(side)
        seen = b""
        # The rows of the list, and the footer's last word: all of the frame but the histogram.
        while b"reference" not in seen or b"quit" not in seen:
            ready, _, _ = select.select([main], [], [], 20)
            assert ready, seen
            seen += os.read(main, 65536)
        taken = time.perf_counter() - start
        os.write(main, b"q")
        while process.poll() is None:
            if select.select([main], [], [], 0.05)[0]:
                try:
                    os.read(main, 65536)
                except OSError:
                    break
        process.wait()
        os.close(main)
        return taken

    bare = [timed(lambda: subprocess.run(["/bin/true"])) for _ in range(10)]
    compare("first frame, demo store", [once() for _ in range(10)], "starting /bin/true", bare, "under 50 ms", limit=0.05)
    idle(program, store)


def tensor_screen(program, folder, count=3_000):
    """From Enter on a model of 3,000 tensors to the bytes of the first frame with its tensors."""
    store = folder / "tensors"
    save_file({f"model.layers.{number // 150}.mlp.experts.{number % 150 // 3}.w{number % 3}": np.zeros((8, 12), np.float32)
               for number in range(count)}, folder / "tensors.safetensors")
    program.run("import", folder / "tensors.safetensors", store=store).ok()

    def until(main, *words):
        seen = b""
        while not all(word in seen for word in words):
            ready, _, _ = select.select([main], [], [], 20)
            assert ready, seen
            seen += os.read(main, 65536)

    def once():
        main, side = pty.openpty()
        process = subprocess.Popen(program.command("browse", store=store), stdin=side, stdout=side, stderr=side,
                                   start_new_session=True, env={**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8"})
        os.close(side)
        until(main, b"3,000", b"exact")  # the slot's own page is all there
        start = time.perf_counter()
        os.write(main, b"\r")
        until(main, b"20 blocks", b"sort: file order")
        taken = time.perf_counter() - start
        process.kill()
        process.wait()
        os.close(main)
        return taken

    bare = [timed(lambda: subprocess.run(["/bin/true"])) for _ in range(10)]
    compare("tensor screen of 3,000 tensors, from the key", [once() for _ in range(10)], "starting /bin/true", bare,
            "under 50 ms", limit=0.05)


def idle(program, store):
    """CPU time of a browser that nobody touches."""
    with Terminal(program.command("browse", store=store),
                  {"PATH": "/usr/bin:/bin", "HOME": str(program.home), "TERM": "xterm-256color", "LANG": "C.UTF-8"}) as one:
        one.wait(lambda screen: "exact" in screen)
        time.sleep(1)
        before = one.cpu_seconds()
        time.sleep(10)
        used = one.cpu_seconds() - before
    # libdispatch looks after its threads once a second, whatever the program does: well under a millisecond each time.
    row("CPU of an idle browser, 10 s", duration(used), "", "", "none (under 5 ms)", used < 0.005)
