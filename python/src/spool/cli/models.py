"""`spool models list | pull | verify`. They need no server."""

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from spool.cli import exits, results, wording
from spool.cli.fetching import fetching
from spool.cli.table import console, laid_out
from spool.models.hub import Hub, HubClient
from spool.models.look import Seen, bytes_here, verify
from spool.models.manifest import Part, Pipeline, manifest, parts_of
from spool.models.pull import pull
from spool.models.store import Store, chosen_folder

DEFAULTS = {"i2v": "", "qwen": "2511"}
"""The model of a workflow unless another one is asked for."""

COLOURS = {"here": "green", "right": "green", "missing": "yellow", "wrong": "red", "unknown": "yellow"}


def list_(options: argparse.Namespace) -> int:
    """Show what there is, and what of it is here."""
    store = Store(chosen_folder(options.folder))
    pipelines = manifest().chosen(options.workflow, options.model, options.preset)
    parts = parts_of(pipelines)
    looked = {part.name: bytes_here(store, part) for part in parts}
    if options.json:
        results.print_json(_listed(store, pipelines, looked))
        return exits.OK
    screen = console()
    screen.print(f"Models in {store.folder}, {wording.size(_free(store.folder))} left there\n", soft_wrap=True)
    rows = [_pipeline_row(pipeline, looked) for pipeline in pipelines]
    screen.print(laid_out(("pipeline", "", "weights in VRAM", "on disk"), rows, screen.width))
    screen.print()
    screen.print(
        laid_out(
            ("part", "", "size", "licence", "what"),
            [_part_row(part, looked[part.name]) for part in parts],
            screen.width,
        )
    )
    return exits.OK


def pull_(options: argparse.Namespace) -> int:
    """Fetch what is missing."""
    store, hub = Store(chosen_folder(options.folder)), Hub.choose(options.hub)
    parts = parts_of(_asked_for(options))
    watcher = fetching(as_json=options.json)
    try:
        with HubClient(hub) as client:
            fetched = pull(client, store, parts, watcher)
    except KeyboardInterrupt:
        watcher.close()
        sys.stderr.write("\nStopped. The same command goes on where it stopped.\n")
        return exits.INTERRUPTED
    finally:
        watcher.close()
    if options.json:
        results.print_json({"folder": str(store.folder), "hub": hub.url, "fetched": fetched})
    else:
        sys.stdout.write(f"All files are in {store.folder}.\n")
    return exits.OK


def verify_(options: argparse.Namespace) -> int:
    """Compare each file with the size and hash that it should have."""
    store = Store(chosen_folder(options.folder))
    watcher = fetching(as_json=options.json)
    done = 0

    def begins(name: str, size: int) -> None:
        nonlocal done
        done = 0
        watcher.begins(name, 0, size)

    def on_bytes(more: int) -> None:
        nonlocal done
        done += more
        watcher.moves(done)

    try:
        seen = verify(store, parts_of(_asked_for(options)), begins, on_bytes)
    finally:
        watcher.close()
    bad = [one for one in seen if one.state in {"missing", "wrong"}]
    if options.json:
        files = [{"name": one.name, "state": one.state, "bytes": one.bytes, "why": one.why} for one in seen]
        results.print_json({"folder": str(store.folder), "files": files})
    else:
        _tell(store, seen)
    return exits.FAILED if bad else exits.OK


def _tell(store: Store, seen: Sequence[Seen]) -> None:
    for one in seen:
        if one.state != "right":
            sys.stdout.write(f"{one.state}: {one.name}{f' {one.why}' if one.why else ''}\n")
    counts = {state: sum(one.state == state for one in seen) for state in ("right", "wrong", "missing", "unknown")}
    told = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
    sys.stdout.write(f"{store.folder}: {told}.\n")
    if counts["wrong"] or counts["missing"]:
        sys.stdout.write("`spool models pull`, with the same options, fetches what is wrong or missing.\n")


def _asked_for(options: argparse.Namespace) -> tuple[Pipeline, ...]:
    """Return the pipelines that were asked for; what is left open is the default, not everything: that is 400 GB."""
    found = manifest().chosen(options.workflow, options.model, options.preset)
    if options.all:
        return found
    preset = options.preset or "lightning"
    return tuple(
        one for one in found if one.preset == preset and (options.model or one.model == DEFAULTS[one.workflow])
    )


def _listed(store: Store, pipelines: Sequence[Pipeline], looked: dict[str, tuple[int, bool]]) -> dict[str, object]:
    parts = [
        {
            "name": part.name, "what": part.what, "repository": part.repository, "files": part.files,
            "license": part.license, "base": part.base, "estimated_bytes": round(part.gigabytes * 1e9),
            "bytes_here": looked[part.name][0], "is_here": looked[part.name][1],
        }
        for part in parts_of(tuple(pipelines))
    ]  # fmt: skip
    told = [
        {
            "workflow": one.workflow, "model": one.model or None, "preset": one.preset,
            "vram_bytes": round(one.vram_gigabytes * 1e9),
            "parts": {role: part.name for role, part in one.roles.items()},
            "is_here": all(looked[part.name][1] for part in one.roles.values()),
        }
        for one in pipelines
    ]  # fmt: skip
    return {"folder": str(store.folder), "free_bytes": _free(store.folder), "pipelines": told, "parts": parts}


def _pipeline_row(pipeline: Pipeline, looked: dict[str, tuple[int, bool]]) -> tuple[Text, ...]:
    whole = all(looked[part.name][1] for part in pipeline.roles.values())
    disk = sum(part.gigabytes for part in pipeline.roles.values())
    return (
        Text(pipeline.name),
        _state("here" if whole else "missing"),
        Text(f"{pipeline.vram_gigabytes:.1f} GB"),
        Text(f"about {disk:.0f} GB"),
    )


def _part_row(part: Part, here: tuple[int, bool]) -> tuple[Text, ...]:
    size, whole = here
    estimate = f"about {part.gigabytes:.1f} GB" if part.gigabytes >= 1 else f"about {1000 * part.gigabytes:.0f} MB"
    told = wording.size(size) if whole else f"{wording.size(size)} of {estimate}" if size else estimate
    base = f", for {part.base}" if part.base else ""
    return (
        Text(part.name),
        _state("here" if whole else "missing"),
        Text(told),
        Text(part.license),
        Text(f"{part.what}{base} ({part.repository})"),
    )


def _state(state: str) -> Text:
    return Text(state, style=COLOURS[state])


def _free(folder: Path) -> int:
    """Return the bytes left where the folder is, or will be."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    return shutil.disk_usage(there).free
