"""Spool: turn a picture into a video, or edit a picture, on GPUs that dial in from anywhere.

    from spool import Client

    with Client() as spool:
        job = spool.i2v("cat.png", "the cat turns its head")
        job = spool.wait(job.id)
        spool.download(job, "cat.mp4")

The names are loaded when first used, so that a worker, which needs none of them, starts without an HTTP library.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spool._requests import EditOptions, UpscaleOptions, VideoOptions
    from spool.client import AsyncClient, Client
    from spool.errors import (
        BusyError,
        ConflictError,
        DownloadError,
        FieldProblem,
        InvalidRequestError,
        JobCanceledError,
        JobFailedError,
        NotAllowedError,
        NotFoundError,
        ProblemError,
        ServerUnreachableError,
        SpoolError,
        UnreadableReplyError,
    )
    from spool.fleet import AgentInfo, Queue, Queues
    from spool.job import Job, JobPage

__version__ = "0.1.0"

_HOMES = {
    "spool._requests": ("EditOptions", "UpscaleOptions", "VideoOptions"),
    "spool.client": ("AsyncClient", "Client"),
    "spool.fleet": ("AgentInfo", "Queue", "Queues"),
    "spool.job": ("Job", "JobPage"),
    "spool.errors": (
        "BusyError", "ConflictError", "DownloadError", "FieldProblem", "InvalidRequestError", "JobCanceledError",
        "JobFailedError", "NotAllowedError", "NotFoundError", "ProblemError", "ServerUnreachableError", "SpoolError",
        "UnreadableReplyError",
    ),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "AgentInfo",
    "AsyncClient",
    "BusyError",
    "Client",
    "ConflictError",
    "DownloadError",
    "EditOptions",
    "FieldProblem",
    "InvalidRequestError",
    "Job",
    "JobCanceledError",
    "JobFailedError",
    "JobPage",
    "NotAllowedError",
    "NotFoundError",
    "ProblemError",
    "Queue",
    "Queues",
    "ServerUnreachableError",
    "SpoolError",
    "UnreadableReplyError",
    "UpscaleOptions",
    "VideoOptions",
    "__version__",
]


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(home), name)
