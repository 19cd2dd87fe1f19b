"""`spool i2v`, `spool qwen`, `spool upscale`: submit, follow, fetch."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from spool._requests import ModelOptions, UpscaleOptions
from spool.cli import exits, results
from spool.cli.display import Display, display_for
from spool.cli.left import LeftError
from spool.cli.target import Target, ready
from spool.cli.watch import follow
from spool.client import Client
from spool.errors import SpoolError
from spool.job import Job


def i2v(client: Client, options: argparse.Namespace) -> int:
    """Make a video."""
    return submit(
        client,
        options,
        options.picture,
        lambda: client.i2v(
            options.picture,
            options.prompt,
            **_model(options),
            end_image=options.end,
            num_frames=options.frames,
            fps=options.fps,
        ),
    )


def qwen(client: Client, options: argparse.Namespace) -> int:
    """Edit pictures."""
    return submit(
        client,
        options,
        options.pictures[0],
        lambda: client.qwen(options.pictures, options.prompt, **_model(options), model=options.model),
    )


def upscale(client: Client, options: argparse.Namespace) -> int:
    """Enlarge a picture."""
    wanted: UpscaleOptions = {"scale": options.scale, "seed": options.seed, "priority": options.priority}
    return submit(client, options, options.picture, lambda: client.upscale(options.picture, **wanted))


def _model(options: argparse.Namespace) -> ModelOptions:
    return {
        "negative_prompt": options.negative,
        "preset": options.preset,
        "steps": options.steps,
        "cfg_scale": options.cfg,
        "width": options.size.width if options.size else None,
        "height": options.size.height if options.size else None,
        "seed": options.seed,
        "priority": options.priority,
    }


def submit(client: Client, options: argparse.Namespace, picture: Path, send: Callable[[], Job]) -> int:
    """Submit by `send`, wait, and fetch the result, which is named after `picture` where nothing else is said."""
    if options.detach:
        return _detach(send(), as_json=options.json)
    target = ready(options.output, picture.stem)
    display = display_for(as_json=options.json)
    try:
        job = send()
        display.say(f"Job {job.id} ({job.workflow}, seed {job.params.get('seed', 'unknown')})")
        return follow_and_fetch(client, job, target, display, as_json=options.json)
    finally:
        display.close()


def _detach(job: Job, *, as_json: bool) -> int:
    if as_json:
        results.print_json(job.raw)
    else:
        sys.stdout.write(f"{job.id}\n")
    return exits.OK


def follow_and_fetch(client: Client, job: Job, target: Target, display: Display, *, as_json: bool) -> int:
    """Wait for the end of a job, fetch what it made, and print it for a program if asked."""
    try:
        job = follow(client, job, display)
        display.close()
        status = results.finish(client, job, target, display)
    except SpoolError as error:
        raise LeftError(job, error) from error
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        raise LeftError(job) from None
    if as_json:
        results.print_json(job.raw)
    return status
