"""The list of jobs at several widths."""

import io

import pytest
from rich.console import Console
from rich.text import Text

from spool.cli import commands
from spool.cli.table import laid_out

ID = "5928489c-31cf-8bcc-a9e1-4f29cdb03c00"


@pytest.mark.parametrize("width", [80, 120, 200])
def test_only_the_prompt_gives_way_in_a_narrow_terminal(width: int) -> None:
    words = (ID, "upscale", "succeeded", "7/8", "scripted", "12 s", "a prompt " * 40)
    out = io.StringIO()
    table = laid_out(commands.TITLES, [tuple(Text(word) for word in words)], width)
    Console(file=out, width=width).print(table)
    line = out.getvalue().splitlines()[1]
    assert line.startswith(f"{ID} upscale  succeeded 7/8 scripted 12 s a p")
    assert len(line) <= width
