"""What one lives with: the configuration, the remembered place, a shell, the log, the manual page."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from browsing import opened, press, quit_and_check, select
from program import environment, wait_until

REPOSITORY = Path(__file__).resolve().parents[2]


def configure(folder, text):
    """A configuration of its own; returns the variables that make it count."""
    path = folder / "config" / "slotscope" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return {"XDG_CONFIG_HOME": str(folder / "config"), "XDG_STATE_HOME": str(folder / "state")}


# ---------------------------------------------------------------------- commands by name, and help

def test_a_command_is_found_and_carried_out_by_its_name(terminal, store):
    one = opened(terminal, store)
    press(one, ":", "a few letters of a command")
    one.type("nextord").wait("next-order")
    press(one, "Enter", "sort: id")
    press(one, "?", "/ search")
    press(one, "/", "keep the filter")
    one.type("clipboard").wait("copy the checksum to the clipboard")
    press(one, "Escape", "Moving")
    press(one, "Escape", lambda screen: screen.selected is not None)
    quit_and_check(one)


# ---------------------------------------------------------------------- a shell

def test_a_shell_on_the_store_has_the_terminal_and_gives_it_back(terminal, store, tmp_path):
    one = opened(terminal, store, env={"SHELL": "/bin/bash", "HOME": str(tmp_path)})
    press(one, "!", re.compile(r"exit comes back"))
    one.type("echo store=$SLOTSCOPE_STORE here=$PWD").keys("Enter")
    one.wait(lambda screen: f"store={store}here={store}" in screen.text.replace("\n", "").replace(" ", ""))
    # Ctrl-C ends what runs in the shell, and neither the shell nor the browser; job control works.
    one.type("sleep 1000").keys("Enter").wait(re.compile(r"sleep 1000\s*$"))
    one.keys("C-c").wait(re.compile(r"\^C\n"))
    one.type("sleep 1001").keys("Enter").wait(re.compile(r"sleep 1001\s*$"))
    one.keys("C-z").wait(re.compile(r"Stopped +sleep 1001"))
    one.type("kill %1; wait; echo gone").keys("Enter").wait(re.compile(r"^gone", re.M))
    one.type("exit").keys("Enter")
    one.wait(lambda screen: screen.selected is not None)
    press(one, "j", lambda screen: screen.selected is not None)
    # What was done in the shell stays on the old screen.
    quit_and_check(one, old_screen=False)


def test_a_shell_that_is_not_there_is_told(terminal, store):
    one = opened(terminal, store, env={"SHELL": "/nowhere/sh"})
    press(one, "!", "can't run /nowhere/sh")
    quit_and_check(one)


def test_ctrl_l_draws_again_under_a_dialog(terminal, store):
    one = opened(terminal, store)
    press(one, "b", "Preset")
    one.keys("C-l").wait("Preset")
    press(one, "Escape", lambda screen: screen.selected is not None and "Preset" not in screen)
    quit_and_check(one)


# ---------------------------------------------------------------------- the configuration

def test_keys_columns_and_mistakes_of_the_configuration(terminal, run, folder, store):
    env = configure(folder, 'columns = ["slot", "name"]\nkeeep = 3\n[keys]\nhelp = "F5"\nverify = "r"\n')
    one = opened(terminal, store, env=env)
    screen = one.wait("config.toml:2:1: there is no setting 'keeep'; 'keep' was meant?")
    assert "SIZE" not in screen.text and "NAME" in screen
    press(one, "F5", "/ search")
    press(one, "Escape", lambda screen: screen.selected is not None and "/ search" not in screen)
    one.keys(":").type("config-problems").keys("Enter")
    one.wait("'r' is the key of both 'verify' and 'rebuild' in panes")
    press(one, "Escape", lambda screen: screen.selected is not None)
    quit_and_check(one)
    told = run("config", env=env)
    assert told.code == 1
    assert "config.toml:2:1: there is no setting 'keeep'" in told.err
    assert "config.toml:5:1: 'r' is the key of both" in told.err
    assert re.search(r"columns +slot, name +file", told.out)
    assert re.search(r'keys\.help +"F5" +file', told.out)
    assert "keys.verify" not in told.out


def test_the_example_of_a_configuration_is_one(run, folder):
    example = run("config", "--example").ok().out
    env = configure(folder, example)
    told = run("config", env=env).ok()
    assert told.err == "" and " file" not in told.out.split("\n", 1)[1]


def test_keep_counts_for_stores_that_are_made(run, folder):
    env = configure(folder, "keep = 3\n")
    store = folder / "kept"
    for seed in range(6):
        run("build", "llm", "1", "--preset", "nano", "--seed", seed, store=store, env=env).ok()
    revisions = sorted((store / "revisions").iterdir())
    assert len(revisions) == 4


# ---------------------------------------------------------------------- the last place

def test_the_last_place_comes_back(terminal, folder, store):
    env = configure(folder, "")
    one = opened(terminal, store, env=env)
    press(one, "s", "sort: id")
    press(one, "t", lambda screen: screen.slots == [0, 1, 2, 3, 4])
    select(one, 3)
    quit_and_check(one)
    places = list((folder / "state" / "slotscope" / "places").iterdir())
    assert [json.loads(place.read_text())["slot"] for place in places] == [3]
    again = opened(terminal, store, env=env)
    again.wait(lambda screen: screen.slots == [0, 1, 2, 3, 4] and screen.selected == 3 and "sort: id" in screen)
    quit_and_check(again)
    # What is asked for comes first.
    asked = opened(terminal, store, "--slot", 6, env=env)
    asked.wait(lambda screen: screen.selected == 6)
    quit_and_check(asked)


def test_remembering_can_be_switched_off_and_a_damaged_file_is_passed_over(terminal, folder, store):
    env = configure(folder, "remember = false\n")
    one = opened(terminal, store, env=env)
    press(one, "s", "sort: id")
    quit_and_check(one)
    assert not (folder / "state").exists()
    configure(folder, "")
    one = opened(terminal, store, env=env)
    press(one, "s", "sort: id")
    quit_and_check(one)
    (place,) = (folder / "state" / "slotscope" / "places").iterdir()
    place.write_bytes(b"\x00{")
    opened(terminal, store, env=env).wait("sort: updated")


# ---------------------------------------------------------------------- the log

def test_the_log_tells_what_was_done(terminal, run, folder, store):
    log = folder / "log"
    log.write_text("what was there\n")
    one = opened(terminal, store, "--log", log)
    one.keys("r")
    wait_until(lambda: "build finished" in log.read_text(), "the end of the build in the log")
    one.keys("Escape")
    one.wait(lambda screen: screen.selected is not None)
    quit_and_check(one)
    lines = log.read_text().splitlines()
    assert lines[0] == "what was there"
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \w+ slotscope: ", line) for line in lines[1:])
    text = "\n".join(lines)
    assert "build finished" in text and "effect submit" in text and "ended: quit" in text
    failed = run("show", 99, "--log", log, store=store)
    assert failed.code == 1
    assert " error slotscope: " in log.read_text().splitlines()[-1]


def test_a_log_that_cant_be_written_is_told_before_anything_else(run, folder, store):
    told = run("list", "--log", folder / "nowhere" / "log", store=store)
    assert told.code == 2 and told.out == ""
    assert f"can't write the log {folder}/nowhere/log: No such file or directory" in told.err
    assert "--log takes a file" in told.err


# ---------------------------------------------------------------------- the manual page and what is installed

def test_the_manual_page_is_good_and_has_everything(run, folder):
    page = folder / "slotscope.1"
    page.write_text(run("manual").ok().out)
    shown = subprocess.run(
        ["man", "--warnings", "-l", str(page)], capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "MANWIDTH": "100", "MAN_KEEP_FORMATTING": ""}, check=True)
    assert shown.stderr == ""
    if shutil.which("mandoc"):
        linted = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", str(page)], capture_output=True, text=True)
        assert linted.stdout + linted.stderr == ""
    text = re.sub(r"\s+", " ", re.sub(r".\x08", "", shown.stdout)).replace("‐", "-").replace("−", "-")
    dump = json.loads(run("--experimental-dump-help").ok().out)
    commands = [command for command in dump["command"]["subcommands"] if command.get("shouldDisplay", True)]
    assert len(commands) > 15
    for command in commands:
        if command["commandName"] == "help":
            continue
        assert command["commandName"] in text
        for argument in command.get("arguments", []):
            if argument["shouldDisplay"]:
                for name in argument.get("names") or []:
                    assert ("--" if name["kind"] == "long" else "-") + name["name"] in text, name
    for line in run("manual", "--keys").ok().out.splitlines():
        if found := re.match(r"\| .* \| ([^`]*) \|$", line):
            if found[1] not in ("what they do", "---"):
                assert re.sub(r"\s+", " ", found[1]) in text, found[1]
    for word in ("parallel-builds", "XDG_STATE_HOME", "NO_COLOR", "EXIT STATUS"):
        assert word in text


INSTALLED = [
    "bin/slotscope", "share/bash-completion/completions/slotscope", "share/fish/vendor_completions.d/slotscope.fish",
    "share/man/man1/slotscope.1", "share/zsh/site-functions/_slotscope"]


def test_make_install_puts_all_where_it_belongs_and_uninstall_takes_it_away(program, installed, folder):
    def files(root):
        return sorted(str(path.relative_to(root / "usr")) for path in root.rglob("*") if path.is_file())
    assert files(installed) == INSTALLED
    for name in INSTALLED[1:]:
        assert (installed / "usr" / name).read_text().strip()
        assert (installed / "usr" / name).stat().st_mode & 0o777 == 0o644
    copy = Path(shutil.copytree(installed, folder / "copy"))
    subprocess.run(["make", "--no-print-directory", "-C", str(REPOSITORY), "uninstall", f"DESTDIR={copy}", "PREFIX=/usr"],
                   check=True, capture_output=True)
    assert files(copy) == []
