"""`spool jobs`, `spool show`, `spool cancel`."""

import argparse
import json
import sys
from datetime import UTC, datetime

from rich.table import Table
from rich.text import Text

from spool.cli import exits, results, wording
from spool.cli.display import display_for
from spool.cli.submit import follow_and_fetch
from spool.cli.table import console, laid_out
from spool.cli.target import ready
from spool.client import Client
from spool.job import Job

TITLES = ("id", "workflow", "status", "", "engine", "age", "prompt")
COLOURS = {"succeeded": "green", "failed": "red", "canceled": "yellow", "running": "cyan", "assigned": "cyan"}


def jobs(client: Client, options: argparse.Namespace) -> int:
    """List jobs."""
    page = client.jobs(limit=options.limit, status=options.status, workflow=options.workflow)
    if options.json:
        results.print_json(page.raw)
        return exits.OK
    if not page.items:
        sys.stdout.write("No jobs.\n")
        return exits.OK
    now = datetime.now(UTC)
    screen = console()
    screen.print(laid_out(TITLES, [row(job, now) for job in page.items], screen.width))
    return exits.OK


def row(job: Job, now: datetime) -> tuple[Text, ...]:
    """Return what the table of jobs says of one."""
    age = wording.duration((now - job.created_at).total_seconds()) if job.created_at else ""
    detail = wording.steps(job) or (f"{round(100 * job.progress.fraction)} %" if job.progress else "")
    return (
        Text(job.id),
        Text(job.workflow),
        Text(job.status, style=COLOURS.get(job.status, "")),
        Text(detail if job.status == "running" else ""),
        Text(job.engine or ""),
        Text(age),
        Text(str(job.params.get("prompt") or "")),
    )


def show(client: Client, options: argparse.Namespace) -> int:
    """Show one job; follow it or fetch its result if asked."""
    if options.follow or options.output is not None:
        target = ready(options.output)
        job = client.get(options.id)
        display = display_for(as_json=options.json)
        try:
            return follow_and_fetch(client, job, target, display, as_json=options.json)
        finally:
            display.close()
    job = client.get(options.id)
    if options.json:
        results.print_json(job.raw)
        return exits.OK
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts(job):
        table.add_row(name, Text(value))
    console().print(table)
    return exits.OK


def facts(job: Job) -> list[tuple[str, str]]:
    """Return what there is to say about a job, leaving out what is empty."""
    told = [
        ("id", job.id),
        ("workflow", f"{job.workflow}, engine {job.engine}" if job.engine else job.workflow),
        ("status", job.status if job.is_terminal else f"{job.status}: {wording.line(job)}"),
        ("agent", f"{job.agent.name or job.agent.id}, slot {job.agent.slot}" if job.agent else ""),
        ("attempts", str(job.attempts)),
        ("error", "\n".join(wording.failure(job)) if job.status == "failed" else ""),
        *((f"param {name}", _plain(value)) for name, value in job.params.items()),
        *((f"output {output.index}", f"{output.content_type}, {wording.made(output)}") for output in job.outputs),
        *((f"time {name.removesuffix('_ms')}", f"{value} ms") for name, value in job.timings.items() if value),
        ("created", _moment(job.created_at)),
        ("finished", _moment(job.finished_at)),
        ("kept until", _moment(job.expires_at)),
    ]
    return [(name, value) for name, value in told if value]


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _moment(when: datetime | None) -> str:
    return when.astimezone().strftime("%Y-%m-%d %H:%M:%S") if when else ""


def cancel(client: Client, options: argparse.Namespace) -> int:
    """Cancel a job."""
    job = client.cancel(options.id)
    if options.json:
        results.print_json(job.raw)
    else:
        sys.stdout.write(f"Job {job.id} is canceled.\n")
    return exits.OK
