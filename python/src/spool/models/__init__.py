"""The models that GPU nodes need: which files, where from, and where they are on this machine."""

from collections.abc import Mapping
from pathlib import Path

from spool.models.manifest import Manifest, Part, Pipeline, manifest
from spool.models.store import Store, chosen_folder

__all__ = ["Manifest", "Part", "Pipeline", "hashes", "manifest", "paths"]


def paths(workflow: str, model: str, preset: str, folder: Path | None = None) -> Mapping[str, tuple[Path, ...]]:
    """Return where the files of a pipeline belong, by their role, whether they are there or not.

    `model` is empty for `i2v`. A tokenizer's or processor's path is its folder. The preset `lightning` has the roles of
    LoRAs besides. `folder` defaults to `SPOOL_MODELS_DIR`, then to a folder of this user.
    """
    store = Store(chosen_folder(folder))
    pipeline = manifest().pipeline(workflow, model, preset)
    return {role: store.paths(part) for role, part in pipeline.roles.items()}


def hashes(workflow: str, model: str, preset: str, folder: Path | None = None) -> Mapping[str, tuple[str, ...]]:
    """Return what names the weights of a pipeline for good, by their role: the SHA-256 of each file, in their order.

    Only roles whose files were all pulled, and so compared, are there; tokenizers and processors are left out.
    """
    store = Store(chosen_folder(folder))
    record = store.record()
    found: dict[str, tuple[str, ...]] = {}
    for role, part in manifest().pipeline(workflow, model, preset).roles.items():
        entries = [] if part.folder else [record.get(store.name(path)) for path in store.paths(part)]
        digests = [entry.digest.hex for entry in entries if entry and entry.digest and entry.digest.kind == "sha256"]
        if digests and len(digests) == len(entries):
            found[role] = tuple(digests)
    return found
