"""A hub in a process of its own, with a small file for each that the manifest asks for, and the command line."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from spool.models.manifest import manifest, parts_of

SPOOL = Path(sysconfig.get_path("scripts")) / "spool"
PATIENCE = 120.0

VAE = "Qwen/Qwen-Image/vae/diffusion_pytorch_model.safetensors"
FIRST, SECOND = (
    f"Qwen/Qwen-Image-Edit-2511/transformer/diffusion_pytorch_model-0000{n}-of-00002.safetensors" for n in (1, 2)
)
VOCABULARY = "Qwen/Qwen-Image/tokenizer/vocab.json"
LARGE = 300_000

Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]


@dataclass(frozen=True)
class FakeHub:
    """A running hub: its address, its folder, and what it was asked."""

    url: str
    folder: Path

    def fails(self, **faults: Any) -> None:
        """Set what goes wrong, by the end of a path; `list NAME` changes how a file is listed."""
        (self.folder / "faults.json").write_text(json.dumps(faults))

    def asked(self, end: str = "") -> list[dict[str, Any]]:
        """Return the requests so far whose path ends so."""
        log = self.folder / "requests.jsonl"
        lines = log.read_text().splitlines() if log.exists() else []
        return [one for one in map(json.loads, lines) if one["name"].endswith(end)]

    def bytes_of(self, name: str) -> bytes:
        """Return a file as it is on the hub."""
        return (self.folder / "files" / name).read_bytes()


@contextmanager
def serving(folder: Path) -> Generator[FakeHub]:
    """Run a hub in `folder` with the files that it already has."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "faults.json").write_text("{}")
    program = Path(__file__).with_name("hub_program.py")
    child = subprocess.Popen([sys.executable, program, folder], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        yield FakeHub(child.stdout.readline().strip(), folder)
    finally:
        child.kill()
        child.wait()
        if child.stdout is not None:
            child.stdout.close()


def fill(folder: Path) -> None:
    """Make a file for each name that the manifest asks for: two where it may be several."""
    chance = random.Random(7)  # noqa: S311
    for part in parts_of(manifest().pipelines):
        if part.folder:
            names = ["vocab.json", "config.json"]
        elif "*" in part.files:
            stem = part.files.rpartition("/")[2]
            names = [stem.replace("*", f"-0000{number}-of-00002") for number in (1, 2)]
        else:
            names = [part.files.rpartition("/")[2]]
        for name in names:
            path = folder / "files" / part.repository / part.files.rpartition("/")[0] / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(chance.randbytes(60 if part.folder else LARGE))


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[FakeHub]:
    """Run a hub that has everything."""
    fill(tmp_path / "hub")
    with serving(tmp_path / "hub") as hub:
        yield hub


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Name a folder for models."""
    return tmp_path / "models"


def environment(hub: FakeHub, models: Path, **more: str) -> dict[str, str]:
    """Return what a command gets: nothing of the caller's settings."""
    told = {"SPOOL_MODELS_HUB": hub.url, "SPOOL_MODELS_DIR": str(models)}
    return {"PATH": os.environ["PATH"], "HOME": str(models.parent), **told, **more}


@pytest.fixture
def spool(hub: FakeHub, models: Path) -> Run:
    """Run `spool models` without a terminal; `more` are settings."""

    def run(*arguments: str, **more: str) -> Done:
        return subprocess.run(
            [SPOOL, "models", *arguments],
            env=environment(hub, models, **more),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    return run
