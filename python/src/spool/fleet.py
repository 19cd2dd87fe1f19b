"""Agents and queues as the server describes them. What a newer server adds stands in `raw`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from spool import _json as read

Range = tuple[int, int]
"""From low to high, in milliseconds."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for one job; `job` is named only if it is the caller's, `utilisation` is the GPU's, in percent."""

    index: int
    state: str
    job: str | None
    gpu: str | None
    utilisation: int | None

    @classmethod
    def parse(cls, data: read.Object) -> Self:
        """Read one item of `slots`."""
        gpu = read.obj(data.get("gpu"))
        return cls(
            index=read.whole(data.get("index")) or 0,
            state=read.text(data.get("state")) or "unknown",
            job=read.text(data.get("job")),
            gpu=read.text(gpu.get("name")),
            utilisation=read.whole(gpu.get("utilisation")),
        )


@dataclass(frozen=True, slots=True)
class AgentInfo:
    """A node: `online`, `draining`, `quarantined` or `lost`; `engines` says what it runs each workflow with.

    `pause` is why it takes nothing by its own decision, as when its disk is full.
    """

    id: str
    name: str
    state: str
    version: str | None
    engines: Mapping[str, str]
    slots: tuple[Slot, ...]
    places: int
    free: int
    jobs_done: int
    jobs_failed: int
    labels: Mapping[str, object]
    price_per_hour: float | None
    pause: str | None
    connected_at: datetime | None
    seen_at: datetime | None
    raw: Mapping[str, object] = field(default_factory=dict[str, object], repr=False, compare=False)

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read the JSON object of an agent; raises `ValueError` when it is none."""
        data = read.obj(value)
        id_, state = read.text(data.get("id")), read.text(data.get("state"))
        if id_ is None or state is None:
            raise ValueError("an agent has an id and a state")
        workflows = read.objects(data.get("workflows"))
        places = read.obj(data.get("places"))
        return cls(
            id=id_,
            name=read.text(data.get("name")) or id_,
            state=state,
            version=read.text(data.get("version")),
            engines={str(item.get("workflow")): read.text(item.get("engine")) or "" for item in workflows},
            slots=tuple(Slot.parse(item) for item in read.objects(data.get("slots"))),
            places=read.whole(places.get("total")) or 0,
            free=read.whole(places.get("free")) or 0,
            jobs_done=read.whole(data.get("jobs_done")) or 0,
            jobs_failed=read.whole(data.get("jobs_failed")) or 0,
            labels=read.obj(data.get("labels")),
            price_per_hour=read.number(data.get("price_per_hour")),
            pause=read.text(data.get("pause")),
            connected_at=read.moment(data.get("connected_at")),
            seen_at=read.moment(data.get("seen_at")),
            raw=data,
        )


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for one workflow, `depth` by priority, and the `places` of agents that take such jobs now."""

    workflow: str
    depth: Mapping[str, int]
    delayed: int
    oldest_waiting_ms: int | None
    agents: int
    places: int
    free: int
    estimated_wait_ms: Range | None

    @classmethod
    def parse(cls, data: read.Object) -> Self:
        """Read one item."""
        places, wait = read.obj(data.get("places")), read.obj(data.get("estimated_wait_ms"))
        low, high = read.whole(wait.get("low")), read.whole(wait.get("high"))
        return cls(
            workflow=read.text(data.get("workflow")) or "",
            depth={name: read.whole(jobs) or 0 for name, jobs in read.obj(data.get("depth")).items()},
            delayed=read.whole(data.get("delayed")) or 0,
            oldest_waiting_ms=read.whole(data.get("oldest_waiting_ms")),
            agents=read.whole(data.get("agents")) or 0,
            places=read.whole(places.get("total")) or 0,
            free=read.whole(places.get("free")) or 0,
            estimated_wait_ms=None if low is None or high is None else (low, high),
        )

    @property
    def waiting(self) -> int:
        """Jobs that wait for a place."""
        return sum(self.depth.values())


@dataclass(frozen=True, slots=True)
class Queues:
    """All queues: `waiting` jobs of at most `limit`, and the jobs that are `running`."""

    items: tuple[Queue, ...]
    waiting: int
    limit: int
    running: int
    raw: Mapping[str, object] = field(default_factory=dict[str, object], repr=False, compare=False)

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read the JSON object; raises `ValueError` when it is none."""
        data = read.obj(value)
        if not isinstance(data.get("items"), list):
            raise ValueError("queues have items")  # noqa: TRY004 - for the caller it is a wrong value
        return cls(
            items=tuple(Queue.parse(item) for item in read.objects(data.get("items"))),
            waiting=read.whole(data.get("waiting")) or 0,
            limit=read.whole(data.get("limit")) or 0,
            running=read.whole(data.get("running")) or 0,
            raw=data,
        )
