"""The examples of FORMAT.md as a module: what the page promises to people who read a store from Python."""

import re
import types
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "FORMAT.md"


def load():
    """A module made of all Python examples on the page, in order."""
    examples = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    module = types.ModuleType("format_page_examples")
    exec(compile("\n".join(examples), str(PAGE), "exec"), module.__dict__)
    return module
