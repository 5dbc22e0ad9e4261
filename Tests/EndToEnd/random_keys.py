"""What a cat on the keyboard, a broken mouse and a bad line send: keys for the soak, by a seed."""

import random
import re
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"

NAMED = {
    "↑": b"\x1b[A", "↓": b"\x1b[B", "→": b"\x1b[C", "←": b"\x1b[D", "Home": b"\x1b[H", "End": b"\x1b[F",
    "PgUp": b"\x1b[5~", "PgDn": b"\x1b[6~", "Tab": b"\t", "Shift-Tab": b"\x1b[Z", "⏎": b"\r", "Esc": b"\x1b",
    "Space": b" ", "Backspace": b"\x7f", "Del": b"\x1b[3~", "Ins": b"\x1b[2~", "F1": b"\x1bOP",
}
#: bound in dialogs alone, which the README does not list
IN_DIALOGS = [b"y", b"n", b"c", b"u", b"=", b"\x15", b"\x7f", b"\x1b[D", b"\x1b[C"]
WORDS = ["cnn", "llm", "gpt2", "size:>1M", "is:mismatch", "updated:<2h", "nan:yes", "7", "12, 3", "0x7", "-1", "*", "%",
         "temperature=0.9", "~/x.npy", "/no/such/folder/", "no such thing", "'", '"', "\\", "日本語", "é", "🦀", "ﷺ",
         "e\u0301", "\u200d", "\u202e", "a" * 300]
ESCAPES = [b"\x1b[200~", b"\x1b[201~", b"\x1b[?1;2c", b"\x1b[99;99~", b"\x1b[1;5A", b"\x1bOQ", b"\x1b[24~", b"\x1b[I",
           b"\x1b[O", b"\x1bx", b"\x1b\x1b[A", b"\x1b[", b"\x1b[<", b"\x1bO", b"\x1b]0;title\x07", b"\x1bP+q\x1b\\",
           b"\x1b[8;1;1t", b"\x9b5n", b"\x00", b"\x1c", b"\x1f"]
INVALID = [b"\xff", b"\xc3", b"\xe2\x96", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\xaf", b"\x80\x80", b"\xf0\x9f"]


def bound_keys():
    """Name and bytes of every key of the README's tables, which the program makes from its own."""
    keys = {}
    for row in re.findall(r"^\| ((?:`[^`]+` ?)+)\|", README.read_text(), re.MULTILINE):
        for name in re.findall(r"`([^`]+)`", row.replace("\\|", "|")):
            if name in NAMED:
                keys[name] = NAMED[name]
            elif found := re.fullmatch(r"Ctrl-(.)", name):
                keys[name] = bytes([ord(found[1]) & 0x1f])
            elif len(name) == 1:
                keys[name] = name.encode()
            elif found := re.fullmatch(r"F(\d+)", name):
                keys[name] = {2: b"\x1bOQ", 3: b"\x1bOR", 4: b"\x1bOS", 5: b"\x1b[15~"}[int(found[1])]
    assert len(keys) > 50, f"the README's tables of keys are not read right: {sorted(keys)}"
    return keys


class Keys:
    """Random events: `("keys", bytes)` or `("resize", (width, height))`."""

    #: how often what leaves the browser for a while or for good is pressed
    LEAVING = {"q": 0.001, "Ctrl-C": 0.001, "Ctrl-Z": 0.002, "!": 0.002}

    def __init__(self, seed):
        self._random = random.Random(seed)
        keys = bound_keys()
        self._leaving = [(keys[name], share) for name, share in self.LEAVING.items() if name in keys]
        leaving = {key for key, _ in self._leaving}
        self._bound = [key for key in keys.values() if key not in leaving] + IN_DIALOGS
        self._kinds = {self._bound_key: 76, self._word: 8, self._mouse: 7, self._escape: 3, self._paste: 2,
                       self._invalid: 2, self._resize: 2}

    def next(self, may_leave):
        """The next event; without the keys that leave, one browser lives long enough to be measured."""
        for key, share in self._leaving:
            if may_leave and self._random.random() < share:
                return "keys", key
        kind = self._random.choices(list(self._kinds), list(self._kinds.values()))[0]
        made = kind()
        return made if isinstance(made, tuple) else ("keys", made)

    def _bound_key(self):
        return self._random.choice(self._bound)

    def _word(self):
        return self._random.choice(WORDS).encode()

    def _mouse(self):
        button = self._random.choice([0, 0, 0, 0, 1, 2, 32, 35, 64, 65, 66, 128])
        x, y = self._random.choice([(self._random.randint(1, 140), self._random.randint(1, 40)), (0, 0), (5000, 7)])
        press = b"\x1b[<%d;%d;%dM" % (button, x, y)
        return self._random.choice([press, press + press.replace(b"M", b"m"), press * 2, press[:-1], b"\x1b[M!!!"])

    def _escape(self):
        return self._random.choice(ESCAPES)

    def _paste(self):
        text = "".join(self._random.choices(WORDS, k=3)) + self._random.choice(["", "\r\n", "\x1b[31m", "\x07\x00", "\x9b1m"])
        return b"\x1b[200~" + text.encode() * self._random.choice([1, 1, 20]) + b"\x1b[201~"

    def _invalid(self):
        return self._random.choice(INVALID)

    def _resize(self):
        return "resize", self._random.choice([
            (self._random.randint(40, 300), self._random.randint(10, 100)), (140, 40), (80, 24), (60, 15), (40, 10),
            (self._random.randint(1, 45), self._random.randint(1, 12))])

    def choose(self, below):
        return self._random.randint(1, below)
