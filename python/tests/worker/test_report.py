"""Progress: not more than the agent can take, and never without the last word."""

from __future__ import annotations

import threading
import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from spool.worker import protocol
from spool.worker.report import MAX_PREVIEW_BYTES, PROGRESS_INTERVAL, Pacer, Report

if TYPE_CHECKING:
    from collections.abc import Callable


class Sent:
    """Keeps what a report sends, with the time, and lets a test wait for more."""

    def __init__(self) -> None:
        self.messages: list[tuple[float, protocol.FromWorker]] = []
        self._more = threading.Condition()

    def __call__(self, message: protocol.FromWorker) -> None:
        with self._more:
            self.messages.append((time.monotonic(), message))
            self._more.notify_all()

    def wait_until(self, condition: Callable[[], bool]) -> None:
        with self._more:
            assert self._more.wait_for(condition, timeout=10)

    @property
    def progress(self) -> list[tuple[str, int]]:
        return [(message.phase, message.step) for _, message in self.messages if isinstance(message, protocol.Progress)]


@pytest.fixture
def sent() -> Sent:
    return Sent()


@pytest.fixture
def pacer(sent: Sent) -> Pacer:
    return Pacer(sent)


def test_the_first_value_goes_out_at_once(sent: Sent, pacer: Pacer) -> None:
    Report("j", sent, pacer).progress("denoise", 1, 100)
    assert sent.progress == [("denoise", 1)]


def test_of_many_values_the_newest_goes_out_when_its_time_has_come(sent: Sent, pacer: Pacer) -> None:
    report = Report("j", sent, pacer)
    for step in range(1, 100):
        report.progress("denoise", step, 1000)
    sent.wait_until(lambda: sent.progress[-1] == ("denoise", 99))
    assert sent.progress[0] == ("denoise", 1)
    times = [at for at, _ in sent.messages]
    assert all(later - sooner >= PROGRESS_INTERVAL * 0.99 for sooner, later in pairwise(times))


def test_a_second_of_steps_is_at_most_twenty_messages(sent: Sent, pacer: Pacer) -> None:
    report = Report("j", sent, pacer)
    end = time.monotonic() + 1.0
    step = 0
    while time.monotonic() < end:
        step += 1
        report.progress("denoise", step, 10**9)
    pacer.flush()
    assert len(sent.messages) <= 22
    assert sent.progress[-1] == ("denoise", step)


def test_the_last_value_of_a_phase_goes_out_before_the_next_phase(sent: Sent, pacer: Pacer) -> None:
    report = Report("j", sent, pacer)
    for phase in ("encode_image", "denoise", "decode"):
        for step in (1, 2, 3):
            report.progress(phase, step, 3)
    pacer.flush()
    for phase in ("encode_image", "denoise", "decode"):
        assert [step for name, step in sent.progress if name == phase][-1] == 3
    phases = [name for name, _ in sent.progress]
    assert phases == sorted(phases, key=["encode_image", "denoise", "decode"].index)


def test_the_fraction_follows_the_plan_and_never_goes_back(sent: Sent, pacer: Pacer) -> None:
    report = Report("j", sent, pacer)
    report.plan({"load": 1, "denoise": 8, "encode": 1})
    for phase, step in (("load", 0), ("denoise", 4), ("denoise", 2), ("denoise", 8), ("encode", 0), ("upload", 0)):
        report.progress(phase, step, 8 if phase == "denoise" else 0)
        pacer.flush()
    fractions = [message.fraction for _, message in sent.messages if isinstance(message, protocol.Progress)]
    assert fractions == pytest.approx([0.0, 0.5, 0.5, 0.9, 0.9, 0.9])


def test_a_new_job_does_not_wait_for_the_old_one(sent: Sent, pacer: Pacer) -> None:
    Report("old", sent, pacer).progress("denoise", 1, 2)
    Report("new", sent, pacer).progress("denoise", 1, 2)
    assert [message.job for _, message in sent.messages if isinstance(message, protocol.Progress)] == ["old", "new"]


def test_a_second_preview_within_half_a_second_is_dropped(sent: Sent, pacer: Pacer) -> None:
    report = Report("j", sent, pacer)
    assert report.preview("image/webp", 8, 8, b"x")
    assert not report.preview_due()
    assert not report.preview("image/webp", 8, 8, b"y")
    assert len(sent.messages) == 1


def test_a_preview_over_the_limits_is_dropped(sent: Sent, pacer: Pacer) -> None:
    report = Report("j", sent, pacer)
    assert not report.preview("image/webp", 8, 8, bytes(MAX_PREVIEW_BYTES + 1))
    assert not report.preview("image/webp", 481, 8, b"x")
    assert report.preview("image/webp", 480, 8, bytes(MAX_PREVIEW_BYTES))
