"""A job in words."""

from __future__ import annotations

from typing import Any

import pytest

from spool.cli import wording
from spool.job import Job, Output
from spool.worker import protocol


def job(status: str = "running", **fields: Any) -> Job:
    return Job.parse({"id": "j", "status": status, "version": 1, **fields})


def progress(phase: str, step: int, steps: int, fraction: float, eta: tuple[int, int] | None = None) -> dict[str, Any]:
    eta_ms = {"low": eta[0], "high": eta[1]} if eta else None
    return {"phase": phase, "step": step, "steps": steps, "fraction": fraction, "eta_ms": eta_ms}


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (job("queued"), "Queued"),
        (job("queued", queue_position=1), "Queued, next in line"),
        (job("queued", queue_position=3), "Queued, number 3 in line"),
        (
            job("queued", queue_position=3, starts_in_ms={"low": 90_000, "high": 240_400}),
            "Queued, number 3 in line, starts in 1 min 30 s to 4 min",
        ),
        (
            job("queued", queue_position=1, starts_in_ms={"low": 0, "high": 30_000}),
            "Queued, next in line, starts within 30 s",
        ),
        (job("queued", queue_position=1, starts_in_ms={"low": 0, "high": 400}), "Queued, next in line, starts now"),
        (job("queued", unservable="no connected agent offers i2v"), "Waiting: no connected agent offers i2v"),
        (job("assigned", agent={"id": "a", "name": "node-1", "slot": 0}), "Assigned on node-1"),
        (job("running", agent={"id": "a", "name": None, "slot": 0}), "Starting on a"),
        (job(progress=progress("load", 0, 0, 0.0)), "Loading the model · 0 %"),
        (
            job(progress=progress("denoise_high", 2, 8, 0.25, (12_000, 15_000))),
            "Denoising, shapes · 2/8 · 25 % · 12 s to 15 s left",
        ),
        (job(progress=progress("decode", 40, 81, 0.5, (900, 1_100))), "Rendering frames · 40/81 · 50 % · 1 s left"),
        (job(workflow="upscale", progress=progress("decode", 6, 24, 0.25)), "Enlarging the picture · 6/24 · 25 %"),
        (job(workflow="qwen", progress=progress("decode", 1, 2, 0.5)), "Rendering the picture · 1/2 · 50 %"),
        (job(progress=progress("encode", 0, 0, 0.97, (0, 300))), "Writing the file · 97 % · almost done"),
        (job(progress=progress("brew_coffee", 0, 0, 0.5)), "Brew coffee · 50 %"),
        (job("succeeded", progress=progress("encode", 0, 0, 1.0)), "Done"),
        (job("canceled"), "Canceled"),
        (job("a_new_status"), "a_new_status"),
    ],
)
def test_a_state_is_one_line(shown: Job, words: str) -> None:
    assert wording.line(shown).removesuffix(" · 0 %") == words.removesuffix(" · 0 %")


def test_every_phase_of_a_worker_has_words() -> None:
    assert set(wording.PHASES) == set(protocol.PHASES)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59.4, "59 s"), (60, "1 min"), (200, "3 min 20 s"), (3600, "1 h 0 min"), (7500, "2 h 5 min")],
)
def test_durations(seconds: float, words: str) -> None:
    assert wording.duration(seconds) == words


@pytest.mark.parametrize(("count", "words"), [(640, "640 B"), (12_345, "12 KB"), (3_400_000, "3.4 MB")])
def test_sizes(count: int, words: str) -> None:
    assert wording.size(count) == words


def test_a_file_is_described_as_far_as_it_is_known() -> None:
    clip = Output.parse(0, {"width": 832, "height": 480, "frames": 81, "fps": 16, "bytes": 912_345})
    assert wording.made(clip) == "832x480, 81 frames, 5.1 s, 912 KB"
    assert wording.made(Output.parse(0, {"width": 8, "height": 8, "bytes": 90})) == "8x8, 90 B"
    assert wording.made(Output.parse(0, {})) == ""


def test_a_failure_says_why_and_what_helps() -> None:
    error = {"code": "out_of_memory", "message": "No memory.", "hint": "Ask for less.", "retryable": False}
    assert wording.failure(job("failed", error=error)) == [
        "Job j failed: No memory. (out_of_memory)",
        "  Ask for less.",
    ]
    assert wording.failure(job("failed")) == ["Job j failed."]
