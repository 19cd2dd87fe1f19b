"""When a call is made again, and what a refusal becomes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from spool import _http as http
from spool import _operations as operations
from spool import errors
from spool.errors import ServerUnreachableError

if TYPE_CHECKING:
    from collections.abc import Sequence

NEVER_SENT = http.Lost(ServerUnreachableError("http://x", "refused"), sent=False)
ANSWER_LOST = http.Lost(ServerUnreachableError("http://x", "reset"), sent=True)
JOB = {"id": "j", "status": "queued", "version": 1}


def reply(status: int, body: object = None, **headers: str) -> http.Reply:
    return http.Reply(
        status, {name.replace("_", "-"): value for name, value in headers.items()}, json.dumps(body).encode()
    )


def problem(status: int, code: str, **fields: object) -> http.Reply:
    return reply(status, {"type": "about:blank", "title": "T", "status": status, "detail": "D", "code": code, **fields})


def carry(
    operation: http.Operation[http.Result], outcomes: Sequence[http.Reply | http.Lost]
) -> tuple[http.Result, list[http.Call]]:
    """Answer an operation's calls one after another; return its result and the calls."""
    calls = [next(operation)]
    for outcome in outcomes:
        try:
            calls.append(operation.send(outcome))
        except StopIteration as done:
            return done.value, calls
    raise AssertionError(f"a call without an answer: {calls[-1]}")


def test_an_answer_ends_an_operation_at_once() -> None:
    job, calls = carry(operations.get("j"), [reply(200, JOB)])
    assert job.id == "j"
    assert [(call.method, call.path, call.after) for call in calls] == [("GET", "/api/jobs/j", 0.0)]


def test_an_id_cannot_leave_its_place_in_the_path() -> None:
    assert next(operations.get("../agents?x=1")).path == "/api/jobs/..%2Fagents%3Fx%3D1"


@pytest.mark.parametrize("outcome", [NEVER_SENT, ANSWER_LOST, problem(503, "unavailable"), reply(502), reply(504)])
def test_a_submit_is_made_again_with_the_same_key_and_body(outcome: http.Reply | http.Lost) -> None:
    submit = operations.submit("i2v", {"prompt": "x"}, [("input_image", b"picture")], None)
    job, (first, second) = carry(submit, [outcome, reply(202, JOB)])
    assert job.id == "j"
    assert len(first.headers["Idempotency-Key"]) >= 16
    assert (first.headers, first.body) == (second.headers, second.body)
    assert second.after > 0


def test_two_submits_have_two_keys_unless_one_is_given() -> None:
    keys = [
        next(operations.submit("i2v", {}, [], key)).headers["Idempotency-Key"] for key in (None, None, "mine", "mine")
    ]
    assert keys[0] != keys[1]
    assert keys[2:] == ["mine", "mine"]


def test_a_retried_job_is_not_asked_for_twice_when_the_answer_is_lost() -> None:
    with pytest.raises(ServerUnreachableError):
        carry(operations.retry("j"), [ANSWER_LOST])
    with pytest.raises(errors.UnreadableReplyError):
        carry(operations.retry("j"), [reply(504)])
    for harmless in (NEVER_SENT, problem(503, "unavailable")):
        assert carry(operations.retry("j"), [harmless, reply(202, JOB)])[0].id == "j"


def test_tries_come_to_an_end_with_the_last_answer() -> None:
    with pytest.raises(errors.BusyError) as caught:
        carry(operations.get("j"), [problem(503, "unavailable")] * http.TRIES)
    assert caught.value.code == "unavailable"
    with pytest.raises(ServerUnreachableError):
        carry(operations.get("j"), [NEVER_SENT] * http.TRIES)


def test_pauses_grow_and_honour_retry_after() -> None:
    busy = problem(429, "rate_limited")
    _, calls = carry(operations.get("j"), [busy, http.Reply(429, {"retry-after": "7"}, busy.body), reply(200, JOB)])
    assert 0 < calls[1].after < 1
    assert 7 <= calls[2].after < 8


def test_a_server_that_asks_for_too_long_a_wait_is_not_waited_for() -> None:
    busy = http.Reply(429, {"retry-after": "3600"}, problem(429, "rate_limited").body)
    with pytest.raises(errors.BusyError) as caught:
        carry(operations.get("j"), [busy])
    assert caught.value.retry_after == 3600


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120.0), (" 5 ", 5.0), ("Thu, 01 Jan 1970 00:01:00 GMT", 50.0), ("soon", None), ("", None), ("-3", None)],
)
def test_retry_after_is_a_number_or_a_date(value: str, seconds: float | None) -> None:
    assert http.retry_after({"retry-after": value}, now=10.0) == seconds


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.InvalidRequestError),
        (401, errors.NotAllowedError),
        (403, errors.NotAllowedError),
        (404, errors.NotFoundError),
        (409, errors.ConflictError),
        (410, errors.NotFoundError),
        (413, errors.InvalidRequestError),
        (415, errors.InvalidRequestError),
        (422, errors.InvalidRequestError),
        (429, errors.BusyError),
        (500, errors.ProblemError),
        (503, errors.BusyError),
    ],
)
def test_a_refusal_carries_what_the_server_said(status: int, kind: type[errors.ProblemError]) -> None:
    said = problem(
        status,
        "some_code",
        errors=[{"pointer": "/num_frames", "code": "off_step", "message": "must be 4n+1"}],
        request_id="r-1",
        retryable=True,
    )
    error = http.problem(said)
    assert isinstance(error, errors.ProblemError)
    assert type(error) is kind
    assert (error.status, error.code, error.title, error.detail) == (status, "some_code", "T", "D")
    assert error.errors == (errors.FieldProblem("/num_frames", "must be 4n+1", "off_step"),)
    assert (error.request_id, error.retryable) == ("r-1", True)


@pytest.mark.parametrize("body", [b"", b"<html>Bad gateway</html>", b"[]", b'{"message": "nginx"}'])
def test_an_answer_of_another_program_is_told_apart(body: bytes) -> None:
    error = http.problem(http.Reply(500, {}, body))
    assert isinstance(error, errors.UnreadableReplyError)
    assert error.status == 500
    with pytest.raises(errors.UnreadableReplyError):
        carry(operations.get("j"), [http.Reply(200, {}, body)])
    with pytest.raises(errors.UnreadableReplyError):
        carry(operations.jobs(None, None, None, None), [http.Reply(200, {}, body)])


def test_a_redirect_is_not_followed() -> None:
    with pytest.raises(errors.UnreadableReplyError, match="redirect"):
        carry(operations.get("j"), [http.Reply(301, {"location": "https://elsewhere"})])


def test_canceling_what_is_canceled_already_is_a_success() -> None:
    finished = problem(409, "already_finished")
    job, _ = carry(operations.cancel("j"), [ANSWER_LOST, finished, reply(200, {**JOB, "status": "canceled"})])
    assert job.status == "canceled"
    with pytest.raises(errors.ConflictError):
        carry(operations.cancel("j"), [finished, reply(200, {**JOB, "status": "succeeded"})])


def test_a_replayed_submit_says_so() -> None:
    submit = operations.submit("i2v", {}, [], "key")
    job, _ = carry(submit, [reply(202, JOB, idempotent_replayed="true")])
    assert job.replayed


def test_the_list_passes_on_what_is_asked_for_and_nothing_else() -> None:
    assert next(operations.jobs(5, "failed", None, "a/b=")).path == "/api/jobs?limit=5&status=failed&cursor=a%2Fb%3D"
    assert next(operations.jobs(None, None, None, None)).path == "/api/jobs"


def test_the_server_is_chosen_by_argument_then_environment_then_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPOOL_SERVER_URL", raising=False)
    monkeypatch.delenv("SPOOL_API_KEY", raising=False)
    assert http.Server.choose(None, None) == http.Server("http://127.0.0.1:8080", None)
    monkeypatch.setenv("SPOOL_SERVER_URL", "https://spool.example/base/")
    monkeypatch.setenv("SPOOL_API_KEY", "secret")
    assert http.Server.choose(None, None) == http.Server("https://spool.example/base", "secret")
    assert http.Server.choose("127.0.0.1:9", None).url == "http://127.0.0.1:9"


@pytest.mark.parametrize("url", ["ftp://x", "http://", "http://user:secret@host"])
def test_an_address_that_is_none_or_holds_a_secret_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="address") as caught:
        http.Server.choose(url, None)
    assert url.startswith("ftp") or "secret" not in str(caught.value)


def test_the_key_goes_into_one_header_and_into_no_text() -> None:
    server = http.Server.choose("http://x", "secret")
    assert server.headers()["Authorization"] == "Bearer secret"
    assert "secret" not in repr(server)
    assert "Authorization" not in http.Server("http://x").headers()


@pytest.mark.parametrize(
    ("pointer", "field"), [("/prompt", "prompt"), ("/edit_image/1", "edit_image[1]"), ("/a~1b/c~0d", "a/b.c~d")]
)
def test_a_pointer_reads_like_a_field(pointer: str, field: str) -> None:
    assert errors.FieldProblem(pointer, "").field == field
