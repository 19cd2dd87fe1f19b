"""A job as the server describes it. What a newer server adds stands in `raw`; what it leaves out is `None`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Self, cast, get_args

from spool import _json as read

Status = Literal["queued", "assigned", "running", "succeeded", "failed", "canceled"]
Workflow = Literal["i2v", "qwen", "upscale"]
Priority = Literal["high", "normal", "low"]

STATUSES = cast("tuple[Status, ...]", get_args(Status))
TERMINAL = frozenset({"succeeded", "failed", "canceled"})


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a running job is: `step` of `steps` in `phase`, `fraction` 0-1 of the whole, `eta_ms` from low to high."""

    phase: str | None
    step: int
    steps: int
    fraction: float
    eta_ms: tuple[int, int] | None

    @classmethod
    def parse(cls, value: object) -> Self | None:
        """Read the JSON object; `None` for anything else."""
        data = read.obj(value)
        if not data:
            return None
        return cls(
            phase=read.text(data.get("phase")),
            step=read.whole(data.get("step")) or 0,
            steps=read.whole(data.get("steps")) or 0,
            fraction=min(1.0, max(0.0, read.number(data.get("fraction")) or 0.0)),
            eta_ms=_range(data.get("eta_ms")),
        )


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job failed."""

    code: str
    message: str
    hint: str | None
    retryable: bool

    @classmethod
    def parse(cls, value: object) -> Self | None:
        """Read the JSON object; `None` for anything else."""
        data = read.obj(value)
        code = read.text(data.get("code"))
        if code is None:
            return None
        message = read.text(data.get("message")) or code
        return cls(code, message, read.text(data.get("hint")), data.get("retryable") is True)


@dataclass(frozen=True, slots=True)
class Output:
    """A file that the job made; sizes in pixels and bytes, `frames`, `fps` and `duration_ms` for videos only."""

    index: int
    content_type: str
    bytes: int | None
    sha256: str | None
    width: int | None
    height: int | None
    frames: int | None
    fps: float | None
    duration_ms: int | None
    poster_url: str | None

    @classmethod
    def parse(cls, place: int, data: read.Object) -> Self:
        """Read one item of `outputs`, the `place`th."""
        index = read.whole(data.get("index"))
        return cls(
            index=place if index is None else index,
            content_type=read.text(data.get("content_type")) or "application/octet-stream",
            bytes=read.whole(data.get("bytes")),
            sha256=read.text(data.get("sha256")),
            width=read.whole(data.get("width")),
            height=read.whole(data.get("height")),
            frames=read.whole(data.get("frames")),
            fps=read.number(data.get("fps")),
            duration_ms=read.whole(data.get("duration_ms")),
            poster_url=read.text(data.get("poster_url")),
        )

    @property
    def suffix(self) -> str:
        """The usual ending of a file of this type."""
        return {"video/mp4": ".mp4", "image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}.get(
            self.content_type, ".bin"
        )


@dataclass(frozen=True, slots=True)
class Agent:
    """The node that runs the job."""

    id: str
    name: str | None
    slot: int | None


@dataclass(frozen=True, slots=True)
class Job:
    """One accepted request. It ends in exactly one of `succeeded`, `failed`, `canceled`."""

    id: str
    workflow: str
    status: str
    version: int
    engine: str | None
    priority: str | None
    params: Mapping[str, object]
    progress: Progress | None
    queue_position: int | None
    starts_in_ms: tuple[int, int] | None
    unservable: str | None
    attempts: int
    agent: Agent | None
    error: Failure | None
    outputs: tuple[Output, ...]
    timings: Mapping[str, object]
    parent_id: str | None
    created_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime | None
    replayed: bool = False
    """Whether this job was answered again for a key that had been used: nothing new was made."""

    raw: Mapping[str, object] = field(default_factory=dict[str, object], repr=False, compare=False)

    @property
    def is_terminal(self) -> bool:
        """Whether the job has ended."""
        return self.status in TERMINAL

    @classmethod
    def parse(cls, value: object, *, replayed: bool = False) -> Self:
        """Read the JSON object of a job; raises `ValueError` when it is none."""
        data = read.obj(value)
        id_, status = read.text(data.get("id")), read.text(data.get("status"))
        if id_ is None or status is None:
            raise ValueError("a job has an id and a status")
        return cls(
            id=id_,
            workflow=read.text(data.get("workflow")) or "",
            status=status,
            version=read.whole(data.get("version")) or 0,
            engine=read.text(data.get("engine")),
            priority=read.text(data.get("priority")),
            params=read.obj(data.get("params")),
            progress=Progress.parse(data.get("progress")),
            queue_position=read.whole(data.get("queue_position")),
            starts_in_ms=_range(data.get("starts_in_ms")),
            unservable=_unservable(data.get("unservable")),
            attempts=read.whole(data.get("attempts")) or 0,
            agent=_agent(data.get("agent")),
            error=Failure.parse(data.get("error")),
            outputs=tuple(Output.parse(place, item) for place, item in enumerate(read.objects(data.get("outputs")))),
            timings=read.obj(data.get("timings")),
            parent_id=read.text(data.get("parent_id")),
            created_at=read.moment(data.get("created_at")),
            started_at=read.moment(data.get("started_at")),
            finished_at=read.moment(data.get("finished_at")),
            expires_at=read.moment(data.get("expires_at")),
            replayed=replayed,
            raw=data,
        )


def _range(value: object) -> tuple[int, int] | None:
    data = read.obj(value)
    low, high = read.whole(data.get("low")), read.whole(data.get("high"))
    return None if low is None or high is None else (low, high)


def _agent(value: object) -> Agent | None:
    data = read.obj(value)
    id_ = read.text(data.get("id"))
    return None if id_ is None else Agent(id_, read.text(data.get("name")), read.whole(data.get("slot")))


def _unservable(value: object) -> str | None:
    """Return the reason as one sentence, whether the server says it as a text or as an object that explains."""
    if isinstance(value, str):
        return value
    data = read.obj(value)
    for name in ("message", "detail", "reason"):
        if sentence := read.text(data.get(name)):
            return sentence
    missing = data.get("missing")
    if isinstance(missing, list):
        return "no connected agent offers " + ", ".join(str(item) for item in cast("list[object]", missing))
    return "no connected agent can run it" if value else None


@dataclass(frozen=True, slots=True)
class JobPage:
    """A part of the list of jobs, newest first; `cursor` asks for the next part."""

    items: tuple[Job, ...]
    cursor: str | None
    raw: Mapping[str, object] = field(default_factory=dict[str, object], repr=False, compare=False)

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read the JSON object of a list; raises `ValueError` when it is none."""
        data = read.obj(value)
        if not isinstance(data.get("items"), list):
            raise ValueError("a list has items")  # noqa: TRY004 - for the caller it is a wrong value
        items = tuple(Job.parse(item) for item in read.objects(data.get("items")))
        return cls(items, read.text(data.get("cursor")), data)
