"""Whatever an agent sends, in whatever order and pieces: the worker answers in messages, and ends when it should."""

from __future__ import annotations

import struct
from collections import Counter
from typing import TYPE_CHECKING, Any, cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spool.worker import codec
from tests.worker.harness import PATIENCE, WorkerProcess

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

EXIT_STOPPED = 0
EXIT_AGENT_GONE = 3
EXIT_PROTOCOL = 4

ENDINGS = {"succeeded", "failed", "canceled"}
NAMES = ENDINGS | {"hello", "started", "progress", "preview"}

JOBS = st.sampled_from(["a", "b"])
PROMPTS = st.sampled_from(
    ["steps=1", "steps=3 step_ms=5", "steps=2 fail_at=1", "steps=2 hang_at=1", "steps=50 step_ms=5 ignore_cancel=1"]
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("run"), JOBS, PROMPTS),
        st.tuples(st.just("cancel"), JOBS, st.just("")),
        st.tuples(st.just("tomorrow"), JOBS, st.text(max_size=20)),
    ),
    max_size=6,
)
LAST: dict[str, tuple[Callable[[WorkerProcess], None], int]] = {
    "stop": (lambda worker: worker.send("stop"), EXIT_STOPPED),
    "close": (lambda worker: worker.link.close(), EXIT_AGENT_GONE),
    "half a frame": (lambda worker: (worker.link.sendall(b"\0\0\0\x09\x81"), worker.link.close())[1], EXIT_AGENT_GONE),
    "a length of four gigabytes": (lambda worker: worker.link.sendall(b"\xff\xff\xff\xff"), EXIT_PROTOCOL),
    "a length one too long": (
        lambda worker: worker.link.sendall(struct.pack(">I", codec.MAX_FRAME_BYTES + 1)),
        EXIT_PROTOCOL,
    ),
    "no message": (lambda worker: worker.link.sendall(b"\0\0\0\x01\xc0"), EXIT_PROTOCOL),
    "a message without its fields": (lambda worker: worker.send("run", job="a"), EXIT_PROTOCOL),
    "a deep nest": (
        lambda worker: worker.link.sendall(struct.pack(">I", 1 << 20) + b"\x91" * (1 << 20)),
        EXIT_PROTOCOL,
    ),
}


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS, last=st.sampled_from(sorted(LAST)))
def test_after_any_messages_the_worker_ends_as_it_is_told(
    steps: list[tuple[str, str, str]], last: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    end, status = LAST[last]
    with WorkerProcess(tmp_path_factory.mktemp("worker")) as worker:
        assert worker.next()[0] == "hello"
        for name, job, text in steps:
            if name == "run":
                worker.run(job, prompt=text)
            elif name == "cancel":
                worker.send("cancel", job=job)
            else:
                worker.send(name, job=job, text=text)
        end(worker)
        assert worker.process.wait(PATIENCE) == status
        if worker.link.fileno() != -1:
            spoken_well(worker, Counter(job for name, job, _ in steps if name == "run"))


def spoken_well(worker: WorkerProcess, runs: Counter[str]) -> None:
    """Read what the worker said up to its end: messages, and for each run one ending at most."""
    ended: Counter[str] = Counter()
    while (value := codec.read_frame(worker.link)) is not None:
        ((name, fields),) = cast("dict[str, dict[str, Any]]", value).items()
        assert name in NAMES
        if name in ENDINGS:
            ended[fields["job"]] += 1
    assert ended <= runs


class Pieces:
    """A socket from which bytes come in pieces of given sizes, then the end."""

    def __init__(self, data: bytes, sizes: list[int]) -> None:
        self._data = data
        self._sizes = sizes

    def recv_into(self, buffer: memoryview, /) -> int:
        size = self._sizes.pop() if self._sizes else len(buffer)
        piece, self._data = self._data[: min(size, len(buffer))], self._data[min(size, len(buffer)) :]
        buffer[: len(piece)] = piece
        return len(piece)


SIZES = st.lists(st.integers(1, 9), max_size=40)


@given(st.binary(max_size=200), SIZES)
def test_any_bytes_in_any_pieces_are_messages_an_error_or_the_end(data: bytes, sizes: list[int]) -> None:
    source = Pieces(data, sizes)
    try:
        while codec.read_frame(source) is not None:
            pass
    except codec.CodecError as error:
        assert str(error)  # noqa: PT017 - an error is one of two good ends


@given(st.lists(st.dictionaries(st.text(max_size=5), st.integers(-(2**63), 2**64 - 1)), max_size=5), SIZES)
def test_messages_arrive_whole_however_they_are_cut(values: list[dict[str, int]], sizes: list[int]) -> None:
    source = Pieces(b"".join(codec.frame(value) for value in values), sizes)
    assert [codec.read_frame(source) for _ in values] == values
    assert codec.read_frame(source) is None
