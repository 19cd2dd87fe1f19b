"""Errors as a person reads them, and the statuses that programs read."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from spool import errors
from spool.cli import exits, main
from spool.cli.left import LeftError
from spool.errors import FieldProblem
from spool.job import Job

if TYPE_CHECKING:
    from pathlib import Path

UNREACHABLE = errors.ServerUnreachableError("http://x", "Connection refused")
FRAMES = FieldProblem("/num_frames", "num_frames must be one more than a multiple of 4, not 80", "off_step")
SECOND = FieldProblem("/edit_image/1", "edit_image cannot be decoded", "unreadable")


def refused(
    kind: type[errors.ProblemError],
    status: int,
    detail: str,
    *fields: FieldProblem,
    code: str = "c",
    retry_after: float | None = None,
) -> errors.ProblemError:
    return kind(
        status=status, code=code, title="T", detail=detail, errors=fields, request_id="r-7", retry_after=retry_after
    )


def job(status: str) -> Job:
    return Job.parse({"id": "j", "status": status})


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.JobFailedError(job("failed")), 1),
        (ValueError("bad"), 2),
        (FileNotFoundError("cat.png"), 2),
        (refused(errors.InvalidRequestError, 422, "no"), 2),
        (errors.JobCanceledError(job("canceled")), 3),
        (UNREACHABLE, 4),
        (errors.UnreadableReplyError(502, "html"), 4),
        (refused(errors.NotAllowedError, 401, "no"), 5),
        (refused(errors.NotFoundError, 404, "no"), 5),
        (refused(errors.ConflictError, 409, "no"), 5),
        (refused(errors.BusyError, 429, "no"), 5),
        (errors.DownloadError("short"), 6),
    ],
)
def test_every_kind_of_error_has_its_status(error: Exception, status: int) -> None:
    assert exits.status_of(error) == status


@pytest.mark.parametrize(
    ("error", "lines"),
    [
        (
            UNREACHABLE,
            [
                "spool: No answer from http://x: Connection refused",
                "  Is it running? Name another one with --server or SPOOL_SERVER_URL.",
            ],
        ),
        (refused(errors.InvalidRequestError, 422, FRAMES.message, FRAMES), [f"spool: {FRAMES.message} (--frames)"]),
        (
            refused(errors.InvalidRequestError, 422, "2 fields are not right", FRAMES, SECOND),
            ["spool: 2 fields are not right", f"  {FRAMES.message} (--frames)", f"  {SECOND.message}"],
        ),
        (
            refused(errors.InvalidRequestError, 422, "no", FieldProblem("/edit_image/1", "cannot be decoded")),
            ["spool: no", "  edit_image[1]: cannot be decoded"],
        ),
        (
            refused(errors.BusyError, 429, "The queue is full", retry_after=5.0),
            ["spool: The queue is full", "  Try again in 5 s."],
        ),
        (refused(errors.ProblemError, 500, "Broken"), ["spool: Broken", "  request r-7"]),
        (
            refused(errors.NotAllowedError, 401, "this API key is not known", code="unauthorized"),
            [
                "spool: this API key is not known",
                (
                    "  Put an API key into SPOOL_API_KEY, or name its file with --key-file; "
                    "on the server, spool-api key new NAME makes one."
                ),
            ],
        ),
        (
            refused(errors.NotAllowedError, 403, "this needs a key with the scope high", code="forbidden"),
            [
                "spool: this needs a key with the scope high",
                "  Use another key; on the server, spool-api key new NAME --scope SCOPES makes one.",
            ],
        ),
        (refused(errors.NotAllowedError, 403, "not from there", code="origin_refused"), ["spool: not from there"]),
    ],
)
def test_an_error_names_field_limit_and_remedy(error: Exception, lines: list[str]) -> None:
    assert exits.lines(error) == lines


def test_a_program_reads_an_error_as_json() -> None:
    assert exits.as_object(refused(errors.InvalidRequestError, 422, "no", FRAMES)) == {
        "code": "c",
        "status": 422,
        "detail": "no",
        "errors": [{"pointer": "/num_frames", "message": FRAMES.message, "code": "off_step"}],
        "request_id": "r-7",
        "retryable": False,
    }
    assert exits.as_object(UNREACHABLE)["code"] == "server_unreachable"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["i2v", "cat.png"],
        ["i2v", "cat.png", "-p", "x", "--size", "big"],
        ["i2v", "cat.png", "-p", "x", "--frames", "many"],
        ["upscale", "cat.png", "--scale", "3"],
        ["upscale", "cat.png", "--detach", "-o", "large.png"],
        ["jobs", "--status", "tired"],
        ["jobs", "--limit", "few"],
        ["show", ""],
        ["cancel", " "],
    ],
)
def test_a_wrong_command_ends_with_status_2_a_sentence_and_the_way_to_help(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    sentence, remedy = capsys.readouterr().err.splitlines()
    assert sentence.startswith("spool: ")
    assert remedy.startswith("  See spool ")


def test_a_flag_that_a_command_does_not_know_is_named_with_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["i2v", "cat.png", "-p", "x", "--sead=3"])
    assert ended.value.code == 2
    assert capsys.readouterr().err == "spool: --sead is not known here\n  See spool i2v --help.\n"


def test_a_picture_that_is_not_there_ends_with_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["i2v", str(tmp_path / "none.png"), "-p", "x"]) == 2
    assert capsys.readouterr().err == f"spool: there is no file {tmp_path / 'none.png'}\n"


def test_a_folder_in_place_of_a_picture_ends_with_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["upscale", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"spool: {tmp_path} is a folder, not a file\n"


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOENT, "there is no file cat.png"),
        (errno.EISDIR, "cat.png is a folder, not a file"),
        (errno.EACCES, "cat.png may not be read or written by this user"),
        (errno.ENOSPC, "cat.png: No space left on device"),
    ],
)
def test_an_error_of_a_file_names_it_without_a_number(number: int, sentence: str) -> None:
    error = OSError(number, os.strerror(number), "cat.png")
    assert exits.lines(error) == [f"spool: {sentence}"]
    assert exits.as_object(error) == {"code": "usage", "detail": sentence}
    assert exits.status_of(error) == exits.USAGE


def test_a_server_that_is_not_there_is_named_without_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--server", "http://127.0.0.1:1", "jobs"]) == exits.UNREACHABLE
    assert capsys.readouterr().err.startswith("spool: No answer from http://127.0.0.1:1: Connection refused\n")


@pytest.mark.parametrize("address", ["ftp://x", "http://", "http://x:99999", "x:0", "http://x:port"])
def test_a_wrong_address_ends_with_status_2(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--server", address, "jobs"]) == 2
    assert address in capsys.readouterr().err


@pytest.mark.parametrize(
    ("left", "status", "remedy"),
    [
        (LeftError(job("running")), 130, "spool show j --follow"),
        (LeftError(job("running"), UNREACHABLE), 4, "spool show j --follow"),
        (LeftError(job("running"), refused(errors.BusyError, 503, "no")), 5, "spool cancel j"),
        (LeftError(job("succeeded"), UNREACHABLE), 6, "spool show j -o FILE"),
        (LeftError(job("succeeded"), errors.DownloadError("cat.mp4: no")), 6, "spool show j -o FILE"),
    ],
)
def test_whoever_leaves_a_job_behind_is_told_its_id(left: LeftError, status: int, remedy: str) -> None:
    assert exits.status_of(left) == status
    assert remedy in "\n".join(exits.lines(left))
    assert exits.as_object(left)["job"] == "j"


def test_a_job_that_is_gone_is_not_said_to_wait() -> None:
    gone = LeftError(job("succeeded"), refused(errors.NotFoundError, 410, "The job was deleted."))
    assert exits.lines(gone) == ["spool: The job was deleted."]


def test_every_status_is_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    for status in (
        exits.OK,
        exits.FAILED,
        exits.USAGE,
        exits.CANCELED,
        exits.UNREACHABLE,
        exits.REFUSED,
        exits.NOT_FETCHED,
        exits.INTERRUPTED,
    ):
        assert f" {status} " in told
