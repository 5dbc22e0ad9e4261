"""What bash, zsh and fish complete, by the files that `make install` puts in their places."""

import contextlib
import shutil
import subprocess

import pytest

import foreign_store
from program import environment


def completed(installed, home, line):
    """What a real bash offers for a line."""
    script = f"""
    source {installed}/usr/share/bash-completion/completions/slotscope
    COMP_LINE={line!r}; COMP_POINT=${{#COMP_LINE}}; COMP_TYPE=9; COMP_KEY=9
    read -ra COMP_WORDS <<<"$COMP_LINE"
    [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
    COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
    how=$(complete -p slotscope); how=${{how##*-F }}; ${{how%% *}} slotscope "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD-1]}}"
    printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, cwd=home,
        env=environment(home, PATH=f"{installed}/usr/bin:/usr/bin:/bin"))
    return [word.strip() for word in done.stdout.splitlines() if word.strip()]


def test_bash_completes_commands_options_slots_types_and_presets(program, installed, store, folder):
    home = program.home
    assert {"build", "browse", "config", "verify"} <= set(completed(installed, home, "slotscope "))
    assert "manual" not in completed(installed, home, "slotscope ")
    assert completed(installed, home, "slotscope ver") == ["verify"]
    assert completed(installed, home, "slotscope build llm --pre") == ["--preset"]
    assert {"gpt2", "resnet50", "reference"} <= set(completed(installed, home, "slotscope build llm --preset "))
    assert completed(installed, home, f"slotscope --store {store} show ") == [str(slot) for slot in range(8)]
    assert sorted(completed(installed, home, f"slotscope --store {store} list --type ")) == ["CNN", "LLM"]
    assert "bfloat16" in completed(installed, home, "slotscope build llm --dtype ")
    assert "Q4_0" not in completed(installed, home, "slotscope build llm --dtype ")
    (folder / "model.gguf").write_text("")
    assert f"{folder}/model.gguf" in completed(installed, home, f"slotscope import {folder}/mod")


def test_types_with_control_characters_are_not_offered(program, installed, foreign):
    for slot, model_type in ((3, "A\0B"), (4, "A\x1b[2J"), (5, "A\nB"), (6, "é")):
        foreign_store.update_row(foreign, slot, model_type=model_type)
    assert sorted(completed(installed, program.home, f"slotscope --store {foreign} list --type ")) == ["CNN", "LLM", "é"]


# ---------------------------------------------------------------------- in a terminal

# Completion shows all that there is, with nothing asked first.
ZSHRC = """
fpath=({share}/zsh/site-functions $fpath)
autoload -Uz compinit && compinit -u -D
LISTMAX=10000 PS1='> '
setopt no_beep no_auto_menu
"""


@pytest.fixture(params=["zsh", "fish"])
def shell(request, terminal, installed, tmp_path):
    """A real one that a person types into, at its prompt."""
    if not shutil.which(request.param):
        pytest.skip(f"{request.param} is not installed: `scripts/setup test` does it")
    share = installed / "usr/share"
    (tmp_path / ".zshrc").write_text(ZSHRC.format(share=share))
    one = terminal(command=[request.param, "-i"], env={
        "HOME": tmp_path, "PATH": f"{installed}/usr/bin:/usr/bin:/bin", "XDG_DATA_DIRS": f"{share}:/usr/share"})
    one.wait(lambda screen: any(line.rstrip().endswith((">", "#", "$")) for line in screen.lines))
    return one


def at_prompt(screen):
    """Whether there is nothing but an empty prompt."""
    lines = [line.rstrip() for line in screen.lines if line.strip()]
    return len(lines) == 1 and lines[0].endswith((">", "#", "$"))


def offers(shell, line, *wanted):
    """Types a line at an empty prompt, presses Tab, and waits for the words. Gives the screen."""
    for _ in range(8):
        # One takes away what is offered, another the line.
        shell.keys("C-c").keys("C-l")
        with contextlib.suppress(AssertionError):
            shell.wait(at_prompt, deadline=5)
            break
    shell.type(line).wait(line.rstrip())
    shell.keys("Tab")
    words = [line.rsplit(" ", 1)[0] + " " + wanted[0]] if len(wanted) == 1 else wanted
    return shell.wait(lambda screen: all(word in screen.text for word in words))


def test_shells_complete_commands_options_slots_types_and_presets(shell, store, folder):
    assert "manual " not in offers(shell, "slotscope ", "build", "browse", "config", "verify").text
    offers(shell, "slotscope ver", "verify")
    offers(shell, "slotscope build llm --pre", "--preset")
    offers(shell, "slotscope build llm --preset ", "gpt2", "resnet50", "reference")
    offers(shell, "slotscope build llm --preset gpt2-", "gpt2-medium")
    offers(shell, f"slotscope --store {store} show ", *(str(slot) for slot in range(8)))
    offers(shell, f"slotscope --store {store} list --type ", "CNN", "LLM")
    offers(shell, "slotscope build llm --dtype b", "bfloat16")
    (folder / "model.gguf").write_text("")
    offers(shell, f"slotscope import {folder}/mod", f"{folder}/model.gguf")
