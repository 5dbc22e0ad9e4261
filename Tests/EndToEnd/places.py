"""Other users and other media: what a test needs to see a store as someone else does."""

import contextlib
import os
import subprocess
from pathlib import Path

from program import NOBODY


def as_someone_else(run):
    """`run`, as a user whom file modes hold for: nobody where the tests run as root, else who runs them."""
    return lambda *arguments, **options: run(*arguments, as_nobody=True, **options)


def as_nobody(words):
    """A command line that runs as that user."""
    if os.getuid() != 0:
        return words
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *words]


def give_away(folder):
    """Makes that user the owner of a folder and all in it."""
    if os.getuid() != 0:
        return folder
    for path in [folder, *Path(folder).rglob("*")]:
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    return folder


def mode(path, bits, request):
    """Changes the mode of a file or folder until the test is over."""
    old = path.stat().st_mode & 0o7777
    path.chmod(bits)

    def restore():
        with contextlib.suppress(FileNotFoundError):
            path.chmod(old)

    request.addfinalizer(restore)


def mounted(request, *options):
    """Mounts something until the test is over; whether that is allowed here."""
    if subprocess.run(["mount", *map(str, options)], capture_output=True).returncode != 0:
        return False
    request.addfinalizer(lambda: subprocess.run(["umount", "--lazy", str(options[-1])], check=True))
    return True
