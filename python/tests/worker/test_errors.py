"""What an exception of an engine means."""

import errno

import av.error
import pytest

from spool.worker.errors import failure_from


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_file_that_cannot_grow_is_a_failure_of_the_nodes_storage(number: int) -> None:
    failure = failure_from(OSError(number, "no room"))
    assert (failure.code, failure.message, failure.retryable) == (
        "storage",
        "The node has no room for the result.",
        True,
    )


def test_an_encoder_that_finds_no_room_says_so_too() -> None:
    assert failure_from(av.error.FFmpegError(errno.ENOSPC, "no room")).code == "storage"


def test_other_errors_are_the_engines() -> None:
    failure = failure_from(FileNotFoundError(errno.ENOENT, "gone"))
    assert (failure.code, failure.message) == ("engine_error", "FileNotFoundError: [Errno 2] gone")
