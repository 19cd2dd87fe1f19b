"""Following a job: what is asked next, and what is believed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from spool._follow import POLLS, Follow, is_passing
from spool.errors import (
    BusyError,
    NotFoundError,
    ProblemError,
    ServerUnreachableError,
    SpoolError,
    UnreadableReplyError,
)
from spool.job import Job

if TYPE_CHECKING:
    from spool._http import Call

GONE = ServerUnreachableError("http://x", "reset")


def state(version: int, status: str = "running", **fields: Any) -> dict[str, Any]:
    return {"id": "j", "status": status, "version": version, **fields}


def event(position: str, data: dict[str, Any], name: str = "job") -> bytes:
    return f"event: {name}\nid: {position}\ndata: {json.dumps(data)}\n\n".encode()


def versions(jobs: list[Job]) -> list[int]:
    return [job.version for job in jobs]


def resumed(call: Call) -> str | None:
    return call.headers.get("Last-Event-ID")


def problem(status: int) -> ProblemError:
    return ProblemError(status=status, code="x", title="", detail="")


def test_a_stream_is_asked_for_from_the_beginning_and_then_from_the_last_event() -> None:
    follow = Follow("j")
    first = follow.call()
    assert (first.path, first.headers["Accept"], resumed(first)) == ("/api/jobs/j/events", "text/event-stream", None)
    assert versions(list(follow.feed(event("p1", state(1)) + event("p2", state(2))))) == [1, 2]
    follow.cut(GONE)
    assert not follow.is_polling
    assert resumed(follow.call()) == "p2"


@pytest.mark.parametrize("cut", range(1, 90, 8))
def test_an_event_that_was_cut_is_asked_for_again(cut: int) -> None:
    whole = event("p1", state(1)) + event("p2", state(2, "succeeded"))
    follow = Follow("j")
    follow.call()
    seen = list(follow.feed(whole[:cut]))
    follow.cut()
    rest = {None: whole, "p1": event("p2", state(2, "succeeded"))}[resumed(follow.call())]
    seen += list(follow.feed(rest))
    assert versions(seen) == [1, 2]
    assert follow.is_done


def test_an_old_state_is_passed_over_and_the_same_one_is_not_told_twice() -> None:
    follow = Follow("j")
    follow.call()
    chunk = event("a", state(5)) + event("b", state(4)) + event("c", state(5)) + event("d", state(6))
    assert versions(list(follow.feed(chunk))) == [5, 6]


def test_progress_within_a_version_is_told() -> None:
    follow = Follow("j")
    follow.call()
    steps = [state(5, progress={"phase": "decode", "step": step, "steps": 9, "fraction": step / 9}) for step in (1, 2)]
    seen = list(follow.feed(b"".join(event("p", step) for step in steps)))
    assert [job.progress.step for job in seen if job.progress] == [1, 2]


def test_events_of_another_kind_only_move_the_position() -> None:
    follow = Follow("j")
    follow.call()
    assert list(follow.feed(event("p9", {"x": 1}, "something_new"))) == []
    follow.cut()
    assert resumed(follow.call()) == "p9"


def test_an_event_that_is_no_job_is_an_error() -> None:
    follow = Follow("j")
    follow.call()
    with pytest.raises(UnreadableReplyError):
        list(follow.feed(b"event: job\ndata: oops\n\n"))


@pytest.mark.parametrize(("name", "code"), [("gone", "gone"), ("reset", "session_reset")])
def test_the_end_of_the_job_without_an_ending_is_an_error(name: str, code: str) -> None:
    follow = Follow("j")
    follow.call()
    with pytest.raises(NotFoundError) as caught:
        list(follow.feed(event("p1", state(1)) + event("p2", {}, name)))
    assert caught.value.code == code
    with pytest.raises(NotFoundError):
        follow.cut(caught.value)


def test_a_stream_without_events_is_followed_by_polls_and_then_by_a_stream() -> None:
    follow = Follow("j")
    follow.call()
    follow.cut(GONE)
    polls = 0
    while follow.is_polling:
        assert follow.pause() > 0
        list(follow.saw(Job.parse(state(polls))))
        polls += 1
    assert polls == POLLS


def test_the_end_is_seen_by_a_poll_too() -> None:
    follow = Follow("j")
    follow.call()
    follow.cut()
    assert versions(list(follow.saw(Job.parse(state(3, "failed"))))) == [3]
    assert follow.is_done


def test_a_stream_that_ends_in_good_order_is_not_opened_again_at_once() -> None:
    follow = Follow("j")
    assert follow.pause() == 0
    follow.call()
    list(follow.feed(event("p1", state(1))))
    follow.cut()
    assert follow.pause() > 0


def test_pauses_grow_while_nothing_answers() -> None:
    follow = Follow("j")
    follow.call()
    pauses: list[float] = []
    for _ in range(6):
        follow.cut(GONE)
        pauses.append(follow.pause())
    assert max(pauses[:2]) < min(pauses[4:])


def test_silence_is_an_error_when_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("spool._follow.time.monotonic", lambda: now[0])
    follow = Follow("j")
    follow.cut(GONE)
    now[0] += 119
    follow.cut(GONE)
    now[0] += 2
    with pytest.raises(ServerUnreachableError):
        follow.cut(GONE)


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (GONE, True),
        (BusyError(status=503, code="unavailable", title="", detail=""), True),
        (UnreadableReplyError(502, "html"), True),
        (UnreadableReplyError(200, "html"), False),
        (NotFoundError(status=410, code="gone", title="", detail=""), False),
        (problem(400), False),
        (problem(500), True),
    ],
)
def test_only_errors_that_may_pass_are_waited_for(error: SpoolError, *, passes: bool) -> None:
    assert is_passing(error) is passes
    follow = Follow("j")
    if passes:
        follow.cut(error)
    else:
        with pytest.raises(type(error)):
            follow.cut(error)
