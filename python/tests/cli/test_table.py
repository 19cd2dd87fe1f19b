"""The list of jobs at several widths."""

import io
from datetime import UTC, datetime

import pytest
from rich.console import Console
from rich.text import Text

from spool.cli import commands
from spool.cli.table import laid_out
from spool.job import Job

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


def test_a_job_without_a_prompt_has_none_in_the_list() -> None:
    job = Job.parse({"id": ID, "workflow": "upscale", "status": "queued", "params": {"prompt": None}})
    assert [cell.plain for cell in commands.row(job, datetime.now(UTC))] == [ID, "upscale", "queued", "", "", "", ""]
