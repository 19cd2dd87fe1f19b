"""The files that `spool models pull` fetched."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Protocol

from spool.worker.engines.diffsynth.files import Files, QwenFiles, WanFiles
from spool.worker.engines.diffsynth.header import HINT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from spool.worker.engines.diffsynth.models import Key


class Locate(Protocol):
    """Says where the files of a pipeline belong, whether they are there or not.

    The roles are the fields of `WanFiles` and `QwenFiles`; those of LoRAs are absent with the preset `quality`.
    Tokenizers and processors are folders.
    """

    def __call__(self, workflow: str, model: str, preset: str) -> Mapping[str, Sequence[Path]]:
        """Return the paths by their role; `model` is empty for `i2v`."""
        ...


class Hashes(Protocol):
    """Says what the files of a pipeline are, as far as it is known."""

    def __call__(self, workflow: str, model: str, preset: str) -> Mapping[str, Sequence[str]]:
        """Return the SHA-256 of each file by role."""
        ...


class PulledModels:
    """Files that stay where they are."""

    def __init__(self, locate: Locate, hashes: Hashes) -> None:
        """Ask `locate` for paths, and `hashes` for what they hold."""
        self._locate = locate
        self._hashes = hashes

    def missing(self, key: Key) -> str | None:
        """Name the first file that is not there."""
        for paths in self._roles(key).values():
            for path in paths:
                if not path.exists():
                    return f"The weights {path.name} are not in {path.parent}. {HINT}"
        return None

    def files(self, key: Key) -> AbstractContextManager[Files]:
        """Give the files."""
        roles = {role: tuple(paths) for role, paths in self._roles(key).items()}

        def one(role: str) -> Path:
            return roles[role][0]

        def lora(role: str) -> Path | None:
            return one(role) if role in roles else None

        if key.workflow == "i2v":
            found = WanFiles(
                roles["high"],
                roles["low"],
                roles["text"],
                roles["vae"],
                one("tokenizer"),
                lora("lora_high"),
                lora("lora_low"),
            )
            return nullcontext(found)
        transformer, text, vae = roles["transformer"], roles["text"], roles["vae"]
        return nullcontext(QwenFiles(transformer, text, vae, one("tokenizer"), one("processor"), lora("lora")))

    def told(self, key: Key) -> dict[str, object]:
        """Name the files, with the folder of each, and their hashes."""
        named = {role: f"{paths[0].parent.name}/{paths[0].name}" for role, paths in self._roles(key).items()}
        hashes = self._hashes(key.workflow, key.model, key.preset)
        return {"models": named, "sha256": {role: list(digests) for role, digests in hashes.items()}}

    def _roles(self, key: Key) -> Mapping[str, Sequence[Path]]:
        return self._locate(key.workflow, key.model, key.preset)
