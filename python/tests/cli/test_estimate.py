"""The time that is left, guessed from a job's own pace."""

from __future__ import annotations

import pytest

from spool.cli.estimate import Estimate
from spool.cli.wording import remaining
from spool.job import Job


def running(fraction: float, attempts: int = 1) -> Job:
    progress = {"phase": "denoise", "step": 1, "steps": 8, "fraction": fraction}
    return Job.parse({"id": "j", "status": "running", "attempts": attempts, "progress": progress})


def guess(*seen: tuple[float, Job]) -> float | None:
    estimate = Estimate()
    for now, job in seen:
        estimate.update(job, now)
    return estimate.seconds()


def test_what_is_left_follows_the_pace_so_far() -> None:
    assert guess((100, running(0.2)), (110, running(0.4))) == pytest.approx(30)


def test_nothing_is_guessed_from_too_little() -> None:
    assert guess() is None
    assert guess((100, running(0.2))) is None
    assert guess((100, running(0.2)), (101, running(0.9))) is None
    assert guess((100, running(0.2)), (160, running(0.24))) is None


def test_another_attempt_begins_anew() -> None:
    seen = [(100.0, running(0.0)), (110.0, running(0.9)), (120.0, running(0.1, 2)), (130.0, running(0.3, 2))]
    assert guess(*seen) == pytest.approx(35)


def test_a_guess_is_told_as_one() -> None:
    assert remaining(running(0.4), 30.2) == "about 30 s left"
    assert remaining(running(0.4)) == ""
