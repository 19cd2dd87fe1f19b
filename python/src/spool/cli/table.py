"""Lists in columns."""

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

PIPED_WIDTH = 200
"""Columns of a list that goes to a file or another program."""


def console() -> Console:
    """Return standard output as a place for lists."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else PIPED_WIDTH)


def laid_out(titles: Sequence[str], rows: Sequence[Sequence[Text]], width: int) -> Table:
    """Lay out a list. Only the last column gives way where the terminal is narrow; the others can be copied."""
    table = Table(box=None, padding=(0, 1, 0, 0))
    left = width
    for index, title in enumerate(titles[:-1]):
        whole = max(len(title), *(row[index].cell_len for row in rows))
        left -= whole + 1
        table.add_column(title, no_wrap=True, width=whole)
    table.add_column(titles[-1], no_wrap=True)
    for *cells, last in rows:
        last.truncate(max(left - 1, 0), overflow="ellipsis")
        table.add_row(*cells, last)
    return table
