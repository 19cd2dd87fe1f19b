"""A hash in the manifest stands above what a hub says."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from spool.cli.fetching import fetching
from spool.errors import ModelError
from spool.models.hub import Hub, HubClient
from spool.models.look import verify
from spool.models.manifest import Part
from spool.models.pull import pull
from spool.models.store import Store
from tests.models.conftest import VAE, FakeHub

if TYPE_CHECKING:
    from pathlib import Path


def part(sha256: str) -> Part:
    path = VAE.removeprefix("Qwen/Qwen-Image/")
    return Part("vae", "a VAE", "Qwen/Qwen-Image", path, 0.1, "MIT", folder=False, base=None, sha256={path: sha256})


def pulled(hub: FakeHub, models: Path, wanted: Part) -> int:
    with HubClient(Hub.choose(hub.url)) as client:
        return pull(client, Store(models), [wanted], fetching(as_json=True))


def test_a_hub_with_another_file_than_the_manifest_knows_is_refused(hub: FakeHub, models: Path) -> None:
    with pytest.raises(ModelError, match=f"{VAE}: the hub has a file with the SHA-256"):
        pulled(hub, models, part("0" * 64))
    assert not (models / VAE).exists()


def test_the_file_that_the_manifest_knows_is_pulled_and_right(hub: FakeHub, models: Path) -> None:
    wanted = part(hashlib.sha256(hub.bytes_of(VAE)).hexdigest())
    assert pulled(hub, models, wanted) == 1
    (models / "pulled.json").unlink()
    (seen,) = verify(Store(models), [wanted], lambda name, size: None, lambda more: None)  # noqa: ARG005
    assert seen.state == "right"
