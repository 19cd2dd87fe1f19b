"""What is left on the screen and on the disk when a job has ended."""

import json
import sys
from pathlib import Path

from spool.cli import exits, wording
from spool.cli.display import Display
from spool.client import Client
from spool.job import Job, Output


def finish(client: Client, job: Job, target: Path | None, stem: str | None, display: Display) -> int:
    """Fetch what a job made, or say why there is nothing; returns the exit status.

    `target` is a file or a folder; without one the name is made of `stem` and the job's id.
    """
    if job.status == "failed":
        for line in wording.failure(job):
            display.say(line)
        return exits.FAILED
    if job.status == "canceled":
        display.say(f"Job {job.id} was canceled.")
        return exits.CANCELED
    several = len(job.outputs) > 1
    for output in job.outputs:
        path = _place(job, output, target, stem or job.workflow, several=several)
        client.download(job, path, index=output.index)
        display.result(f"Saved {path} ({wording.made(output)})")
    if job.engine == "preview":
        display.result("Made by the preview engine: no AI model ran.")
    return exits.OK


def _place(job: Job, output: Output, target: Path | None, stem: str, *, several: bool) -> Path:
    if target is None or target.is_dir():
        name = f"{stem}-{job.id[:8]}{f'-{output.index}' if several else ''}{output.suffix}"
        return (target or Path()) / name
    return target.with_stem(f"{target.stem}-{output.index}") if several and output.index else target


def print_json(value: object) -> None:
    """Print for a program."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
