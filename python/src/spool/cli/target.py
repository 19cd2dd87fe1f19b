"""`-o`: where a result goes. That it can go there is made sure of before anything is sent."""

import os
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from spool._download import part_of
from spool.job import Job, Output


@dataclass(frozen=True, slots=True)
class Target:
    """A file, a folder, or, with neither, the current folder. In a folder `stem`, or the workflow, begins the name."""

    path: Path | None
    stem: str | None = None

    def place(self, job: Job, output: Output) -> Path:
        """Return the file that an output goes to."""
        several = len(job.outputs) > 1
        if self.path is None or self.path.is_dir():
            number = f"-{output.index}" if several else ""
            name = f"{self.stem or job.workflow}-{job.id[:8]}{number}{output.suffix}"
            return (self.path or Path()) / name
        if several and output.index:
            return self.path.with_stem(f"{self.path.stem}-{output.index}")
        return self.path


def ready(given: str | None, stem: str | None = None) -> Target:
    """Return where the result goes; raises `ValueError` unless it can go there. A file that is there is replaced."""
    if given == "":
        raise ValueError("-o takes the name of a file or of a folder, not an empty one")
    path = Path(given or "")
    is_folder = path.is_dir()
    folder = path if is_folder or str(given).endswith(os.sep) else path.parent
    if not folder.is_dir():
        raise ValueError(f"there is no folder {folder}")
    if path.exists() and not (is_folder or path.is_file()):
        raise ValueError(f"{path} is neither a file nor a folder")
    if path.is_file() and not os.access(path, os.W_OK):
        raise ValueError(f"{path} is protected against writing")
    _try(path / f"{stem or 'upscale'}-{uuid4().hex[:8]}.webp" if is_folder else path, given or "the current folder")
    return Target(None if given is None else path, stem)


def _try(path: Path, name: str) -> None:
    """Write as a download will, under a name as long as that of its partial file."""
    trial = part_of(path, f"{uuid4()}-0")
    try:
        trial.touch(exist_ok=False)
        trial.unlink()
    except OSError as error:
        raise ValueError(f"{name} cannot be written: {error.strerror}") from error
