"""What is left on the screen and on the disk when a job has ended."""

import json
import sys
from pathlib import Path

from spool.cli import exits, wording
from spool.cli.display import Display
from spool.cli.target import Target
from spool.client import Client
from spool.errors import DownloadError
from spool.job import Job, Output


def finish(client: Client, job: Job, target: Target, display: Display) -> int:
    """Fetch what a job made, or say why there is nothing; returns the exit status.

    Raises `SpoolError` when what it made cannot be fetched.
    """
    if job.status == "failed":
        for line in wording.failure(job):
            display.say(line)
        return exits.FAILED
    if job.status == "canceled":
        display.say(f"Job {job.id} was canceled.")
        return exits.CANCELED
    for output in job.outputs:
        path = target.place(job, output)
        _fetch(client, job, output, path)
        display.result(f"Saved {path} ({wording.made(output)})")
    if job.engine == "preview":
        display.result("Made by the preview engine: no AI model ran.")
    return exits.OK


def _fetch(client: Client, job: Job, output: Output, path: Path) -> None:
    try:
        client.download(job, path, index=output.index)
    except OSError as error:
        # The error names the partial file, or none, as when the disk is full.
        raise DownloadError(f"{path} cannot be written: {error.strerror}") from error


def print_json(value: object) -> None:
    """Print for a program."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
