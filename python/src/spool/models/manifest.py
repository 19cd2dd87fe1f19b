"""The manifest, read and checked: parts, which hubs have, and pipelines, which are made of parts."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from typing import cast

PRESETS = ("lightning", "quality")

_SHA256 = re.compile(r"[0-9a-f]{64}")
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


class ManifestError(ValueError):
    """The manifest contradicts itself; the message names the entry."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one slot of a pipeline is loaded from. `files` is a pattern within `repository`; `gigabytes` an estimate.

    `folder` says that the slot wants the folder of the files, as for tokenizers. `base` names the part that a LoRA was
    made for. `sha256` holds what is known of single files, by their path in the repository.
    """

    name: str
    what: str
    repository: str
    files: str
    gigabytes: float
    license: str
    folder: bool
    base: str | None
    sha256: Mapping[str, str]

    def has(self, path: str) -> bool:
        """Whether a path of the repository belongs to this part; one that leads out of it never does."""
        wanted, given = self.files.split("/"), path.split("/")
        return len(wanted) == len(given) and all(
            fnmatchcase(name, pattern) and not name.startswith(".") and "\\" not in name
            for name, pattern in zip(given, wanted, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The parts of one workflow, model and preset by their role; `vram_gigabytes` are their weights alone, in bf16."""

    workflow: str
    model: str
    preset: str
    vram_gigabytes: float
    roles: Mapping[str, Part]

    @property
    def name(self) -> str:
        """Return `i2v lightning` or `qwen 2511 lightning`."""
        return " ".join(word for word in (self.workflow, self.model, self.preset) if word)


@dataclass(frozen=True, slots=True)
class Manifest:
    """All pipelines, the default of each workflow first."""

    pipelines: tuple[Pipeline, ...]

    def pipeline(self, workflow: str, model: str, preset: str) -> Pipeline:
        """Return one pipeline; raises `ValueError` where there is none."""
        (found,) = self.chosen(workflow, model, preset)
        return found

    def chosen(
        self, workflow: str | None = None, model: str | None = None, preset: str | None = None
    ) -> tuple[Pipeline, ...]:
        """Return the pipelines that fit all that is given; raises `ValueError`, with what there is, if none does."""
        left = self.pipelines
        for name, wanted in (("workflow", workflow), ("model", model), ("preset", preset)):
            there = tuple(dict.fromkeys(getattr(one, name) for one in left))
            left = tuple(one for one in left if wanted is None or getattr(one, name) == wanted)
            if not left:
                known = ", ".join(filter(None, there))
                only = f"only {known}" if known else f"for there is only one {name}"
                raise ValueError(f"there is no {name} {wanted!r} here, {only}")
        return left


def parts_of(pipelines: tuple[Pipeline, ...]) -> tuple[Part, ...]:
    """Return each part once, what is small first: a pipeline is whole when its largest files are."""
    found = {part.name: part for pipeline in pipelines for part in pipeline.roles.values()}
    return tuple(sorted(found.values(), key=lambda part: (part.gigabytes, part.name)))


@cache
def manifest() -> Manifest:
    """Return the manifest of this version."""
    return parse(resources.files("spool.models").joinpath("manifest.toml").read_text("utf-8"))


def parse(text: str) -> Manifest:
    """Read a manifest; raises `ManifestError` for what is missing, misspelt or contradicts itself."""
    try:
        data = tomllib.loads(text)
        parts = {name: _part(name, table) for name, table in data.pop("parts").items()}
        pipelines = tuple(made for table in data.pop("pipelines") for made in _pipelines(table, parts))
    except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise ManifestError(f"{type(error).__name__}: {error}") from error
    if data:
        raise ManifestError(f"{next(iter(data))} is not known")
    for part in parts.values():
        if part.base is not None and part.base not in parts:
            raise ManifestError(f"{part.name} has the base {part.base}, which is no part")
        if not any(part in pipeline.roles.values() for pipeline in pipelines):
            raise ManifestError(f"{part.name} is a part of no pipeline")
    if len({(one.workflow, one.model, one.preset) for one in pipelines}) != len(pipelines):
        raise ManifestError("a pipeline is there twice")
    return Manifest(pipelines)


def _part(name: str, table: dict[str, object]) -> Part:
    given = dict(table)
    hashes = cast("dict[str, str]", given.pop("sha256", {}))
    part = Part(
        name,
        _text(given, "what"),
        _text(given, "repository"),
        _text(given, "files"),
        _number(given, "gigabytes"),
        _text(given, "license"),
        folder=given.pop("folder", False) is True,
        base=_text(given, "base") if "base" in given else None,
        sha256=hashes,
    )
    if given:
        raise ManifestError(f"{name}: {next(iter(given))} is not known")
    if not _REPOSITORY.fullmatch(part.repository):
        raise ManifestError(f"{name}: {part.repository} is no repository")
    if any(word in {"", ".", ".."} for word in part.files.split("/")) or "*" in part.files.rpartition("/")[0]:
        raise ManifestError(f"{name}: {part.files} is no pattern of files in one folder")
    for path, digest in hashes.items():
        if not part.has(path) or not _SHA256.fullmatch(digest):
            raise ManifestError(f"{name}: {path} is none of its files, or {digest} is no SHA-256")
    return part


def _pipelines(table: dict[str, object], parts: Mapping[str, Part]) -> tuple[Pipeline, ...]:
    given = dict(table)
    workflow, model, vram = _text(given, "workflow"), _text(given, "model"), _number(given, "vram_gigabytes")
    roles, lightning = (cast("dict[str, str]", given.pop(name)) for name in ("roles", "lightning"))
    if given:
        raise ManifestError(f"{workflow}: {next(iter(given))} is not known")
    common = {role: parts[name] for role, name in roles.items()}
    extra = {role: parts[name] for role, name in lightning.items()}
    for part in extra.values():
        if part.base is not None and part.base not in roles.values():
            raise ManifestError(f"{part.name} was made for {part.base}, which {workflow} {model} does not have")
    return tuple(
        Pipeline(workflow, model, preset, vram, common | extra if preset == "lightning" else common)
        for preset in PRESETS
    )


def _text(table: dict[str, object], name: str) -> str:
    value = table.pop(name)
    if not isinstance(value, str):
        raise ManifestError(f"{name} is no text")
    return value


def _number(table: dict[str, object], name: str) -> float:
    value = table.pop(name)
    if not isinstance(value, (int, float)) or isinstance(value, bool) or value <= 0:
        raise ManifestError(f"{name} is no number above 0")
    return float(value)
