"""The messages between an agent and its worker, version 1.

Each is one map with one key, the message's name, whose value is a map of named fields in the order written here. Fields
that this side does not know are ignored, messages that it does not know are reported as `UnknownMessage`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TypeGuard, cast

from spool.worker.codec import CodecError

PROTOCOL_VERSION = 1

PHASES = (
    "fetch", "load", "encode_text", "encode_image", "denoise", "denoise_high", "denoise_low", "decode", "encode",
    "upload",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Input:
    """A picture of the job: a file, its type by content, and the EXIF orientation (1-8) still to be applied."""

    path: str
    content_type: str
    orientation: int


@dataclass(frozen=True, slots=True)
class Run:
    """Do this job now. `attempt` counts executions from 1; `params` are resolved, so nothing is left to default."""

    job: str
    attempt: int
    workflow: str
    requirement: str
    params: Mapping[str, object]
    inputs: tuple[Input, ...]
    output_dir: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop this job before its next step, if it runs here."""

    job: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Exit; nothing is to be finished."""


@dataclass(frozen=True, slots=True)
class UnknownMessage:
    """A message of a newer agent."""

    name: str


ToWorker = Run | Cancel | Stop | UnknownMessage


@dataclass(frozen=True, slots=True)
class Offer:
    """A workflow that this worker runs, with the engine's name and the requirement classes it fulfils."""

    workflow: str
    engine: str
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """A workflow that was asked for and cannot be run here; `why` is a sentence that says what is missing."""

    workflow: str
    engine: str
    why: str


@dataclass(frozen=True, slots=True)
class Hello:
    """The first message."""

    protocol: int
    pid: int
    version: str
    offers: tuple[Offer, ...]
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Started:
    """The worker began this job."""

    job: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the job is: `step` of `steps` in `phase` (0 of 0 where it has none), `fraction` 0-1 of the whole job."""

    job: str
    phase: str
    step: int
    steps: int
    fraction: float


@dataclass(frozen=True, slots=True)
class Preview:
    """A small picture of what is being made."""

    job: str
    content_type: str
    width: int
    height: int
    bytes: bytes


@dataclass(frozen=True, slots=True)
class Poster:
    """A still picture that stands for an output."""

    path: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Output:
    """A finished file; `frames` and `fps` are `None` for pictures."""

    path: str
    content_type: str
    width: int
    height: int
    frames: int | None = None
    fps: int | None = None
    poster: Poster | None = None


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds spent; `None` for what this engine does not do."""

    load_ms: int | None = None
    denoise_ms: int | None = None
    decode_ms: int | None = None
    encode_ms: int | None = None
    gpu_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Succeeded:
    """The job's files lie in its output folder; `warm` names the classes whose models are loaded now."""

    job: str
    outputs: tuple[Output, ...]
    timings: Timings
    warm: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """The job cannot succeed here."""

    job: str
    code: str
    message: str
    hint: str | None
    retryable: bool


@dataclass(frozen=True, slots=True)
class Canceled:
    """The cancel was obeyed; the worker is free again."""

    job: str


FromWorker = Hello | Started | Progress | Preview | Succeeded | Failed | Canceled

_WIRE_NAMES = {"requirement": "class"}
_FIELDS: dict[type[object], tuple[tuple[str, str], ...]] = {
    kind: tuple((_WIRE_NAMES.get(field.name, field.name), field.name) for field in fields(kind))
    for kind in (
        Run, Cancel, Stop, Input, Hello, Offer, Missing, Started, Progress, Preview, Succeeded, Output, Poster, Timings,
        Failed, Canceled,
    )
}  # fmt: skip


def to_wire(message: FromWorker | Run | Cancel | Stop) -> dict[str, object]:
    """Return the map that stands for a message on the wire."""
    return {type(message).__name__.lower(): _plain(message)}


def _plain(value: object) -> object:
    names = _FIELDS.get(type(value))
    if names is not None:
        return {wire: _plain(getattr(value, name)) for wire, name in names}
    if isinstance(value, tuple):
        return [_plain(item) for item in cast("tuple[object, ...]", value)]
    return value


def from_wire(value: object) -> ToWorker:
    """Return the message that a decoded value stands for; raises `CodecError` for a missing or wrong field."""
    if not _is_map(value) or len(value) != 1:
        raise CodecError("a message is a map with one key")
    ((name, body),) = value.items()
    if not _is_map(body):
        raise CodecError(f"the fields of {name!r} are not a map")
    if name == "run":
        return _run(body)
    if name == "cancel":
        return Cancel(job=_text(body, "job"))
    if name == "stop":
        return Stop()
    return UnknownMessage(name)


def _run(body: Mapping[str, object]) -> Run:
    params = body.get("params")
    if not _is_map(params):
        raise CodecError("field `params` is not a map")
    inputs = body.get("inputs")
    if not isinstance(inputs, list):
        raise CodecError("field `inputs` is not a list")
    return Run(
        job=_text(body, "job"),
        attempt=_whole(body, "attempt"),
        workflow=_text(body, "workflow"),
        requirement=_text(body, "class"),
        params=params,
        inputs=tuple(_input(item) for item in cast("list[object]", inputs)),
        output_dir=_text(body, "output_dir"),
    )


def _input(value: object) -> Input:
    if not _is_map(value):
        raise CodecError("an input is not a map")
    return Input(_text(value, "path"), _text(value, "content_type"), _whole(value, "orientation"))


def _is_map(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, dict) and all(isinstance(key, str) for key in cast("dict[object, object]", value))


def _text(body: Mapping[str, object], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise CodecError(f"field `{name}` is not a text")
    return value


def _whole(body: Mapping[str, object], name: str) -> int:
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise CodecError(f"field `{name}` is not a whole number")
    return value
