"""A disk that is soon full: a tmpfs of a few megabytes, and a ballast that fills it."""

import contextlib
import os
import subprocess
from pathlib import Path

import pytest


class SmallDisk:
    """A folder with so much room and no more. `leave` says how much of it is left."""

    def __init__(self, folder, megabytes):
        self.folder = Path(folder)
        self.folder.mkdir()
        self.ballast = self.folder / "ballast"
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "none", str(self.folder)],
                              capture_output=True, text=True)
        if done.returncode != 0:
            pytest.fail(f"a disk of its own wants root, or `unshare -rm` before the command: {done.stderr.strip()}")

    def close(self):
        """Takes the disk away; lazily, since a test that failed may have left a program in it, which ends later."""
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)

    @property
    def free(self):
        """Bytes that are free."""
        status = os.statvfs(self.folder)
        return status.f_bavail * status.f_frsize

    def leave(self, kilobytes):
        """Fills the disk until only so much room is left; None empties it again."""
        with contextlib.suppress(FileNotFoundError):
            self.ballast.unlink()
        if kilobytes is not None:
            with open(self.ballast, "wb") as file:
                os.posix_fallocate(file.fileno(), 0, max(1, self.free - kilobytes * 1024))
