"""`spool rerun FILE`: the request that made a result, out of the result, submitted again."""

import argparse
import hashlib
from pathlib import Path

from spool._made import Made, made
from spool.cli.submit import submit
from spool.client import Client
from spool.job import Job

PAGES = 10
"""Pages of a hundred jobs that are looked through for the one that made the file."""


def rerun(client: Client, options: argparse.Namespace) -> int:
    """Submit it again, with the pictures that are named, else with those that the server still has."""
    told = made(options.file)
    pictures: list[Path] = options.pictures
    if not pictures:
        body = _request_of(client, options.file)
        return submit(client, options, options.file, lambda: client.submit(told.workflow, _with(options, body)))
    named = list(zip(_fields(told, len(pictures)), pictures, strict=True))
    body = _with(options, told.params)
    return submit(client, options, pictures[0], lambda: client.submit(told.workflow, body, named))


def _with(options: argparse.Namespace, body: dict[str, object]) -> dict[str, object]:
    return {**body, "priority": options.priority} if options.priority else body


def _fields(told: Made, given: int) -> list[str]:
    """Name the fields that the pictures belong to; raises `ValueError` where their number is not that of the job."""
    if told.workflow == "qwen":
        return ["edit_image"] * given
    fields = ["input_image", "end_image"] if told.has_end_image else ["input_image"]
    if given != len(fields):
        wanted = "two pictures, the first and the last" if told.has_end_image else "one picture"
        raise ValueError(f"the job had {wanted}, and {given} {'is' if given == 1 else 'are'} named here")
    return fields


def _request_of(client: Client, file: Path) -> dict[str, object]:
    """Return the request of the job that made this very file; raises `ValueError` where the server has none."""
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    job = _job_with(client, digest)
    if job is None:
        raise ValueError(
            f"the server has no job that made {file}, and so not its pictures\n  Name them: spool rerun {file} PICTURE"
        )
    return client.request_of(job.id)


def _job_with(client: Client, digest: str) -> Job | None:
    cursor = None
    for _ in range(PAGES):
        page = client.jobs(limit=100, status="succeeded", cursor=cursor)
        for job in page.items:
            if any(output.sha256 == digest for output in job.outputs):
                return job
        cursor = page.cursor
        if cursor is None:
            break
    return None
