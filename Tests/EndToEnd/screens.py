"""What a test wants to know of a screen of the browser, read off its text."""

import re
from dataclasses import dataclass

ROW = re.compile(r"^[│|]?(?P<cursor>[▌>]?)\s*(?P<marked>[*•]?)\s*(?P<slot>\d+)\s+(?P<type>\S+)\s+(?P<rest>.*\S)")
TAB = re.compile(r"(?P<name>\S+) (?P<count>[\d,]+)(?:\s\s|$)")


@dataclass(frozen=True)
class Row:
    """One row of the slot list."""
    slot: int
    model_type: str
    rest: str
    selected: bool

    @property
    def sign(self):
        """The integrity sign, last in the row."""
        return self.rest[-1]


class Screen:
    """The text of a screen, line by line."""

    def __init__(self, text):
        self.text = text
        self.lines = text.split("\n")[:-1]

    def __contains__(self, text):
        return text in self.text

    @property
    def rows(self):
        """The rows of the slot list that are to be seen, from the top."""
        found = []
        for line in self.lines:
            # The list's own part of the line: what stands right of its border belongs to other panes.
            pane = re.split(r"(?<=.)[│┃┤├╮╯|]", line, maxsplit=1)[0]
            match = ROW.match(pane)
            if match:
                found.append(Row(int(match["slot"]), match["type"], match["rest"], bool(match["cursor"])))
        return found

    @property
    def slots(self):
        """The slot numbers in the list, from the top."""
        return [row.slot for row in self.rows]

    @property
    def selected(self):
        """The slot that the cursor is on, or None."""
        chosen = [row.slot for row in self.rows if row.selected]
        return chosen[0] if len(chosen) == 1 else None

    @property
    def tabs(self):
        """Model type → count, from the second line, `All` included."""
        if len(self.lines) < 2:
            return {}
        return {match["name"]: int(match["count"].replace(",", "")) for match in TAB.finditer(self.lines[1])}
