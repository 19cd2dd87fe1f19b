"""Jobs are read as far as they can be understood."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spool.job import Job, JobPage

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    "workflow", "engine", "version", "priority", "params", "progress", "queue_position", "unservable", "attempts",
    "starts_in_ms",
    "agent", "error", "outputs", "timings", "parent_id", "created_at", "started_at", "finished_at", "expires_at",
)  # fmt: skip

WHOLE: dict[str, Any] = {
    "id": "11111111-1111-8111-9111-111111111100",
    "workflow": "i2v",
    "engine": "preview",
    "status": "running",
    "version": 9,
    "priority": "normal",
    "params": {"prompt": "a cat", "seed": 7},
    "progress": {"phase": "decode", "step": 3, "steps": 8, "fraction": 0.375, "eta_ms": {"low": 1000, "high": 3000}},
    "queue_position": None,
    "unservable": None,
    "attempts": 2,
    "agent": {"id": "a1", "name": "node", "slot": 1},
    "error": None,
    "outputs": [
        {
            "index": 0,
            "content_type": "video/mp4",
            "bytes": 12,
            "sha256": "ab",
            "width": 832,
            "height": 480,
            "frames": 81,
            "fps": 16,
            "duration_ms": 5062,
            "url": "/api/jobs/1/outputs/0",
            "poster_url": "/api/jobs/1/outputs/0/poster",
        }
    ],
    "timings": {"queued_ms": 5, "gpu_ms": None},
    "created_at": "2026-11-23T10:00:00.123Z",
}


def test_a_job_has_its_fields() -> None:
    job = Job.parse(WHOLE)
    assert (job.id, job.status, job.version, job.engine) == (WHOLE["id"], "running", 9, "preview")
    assert job.progress is not None
    assert (job.progress.phase, job.progress.step, job.progress.steps) == ("decode", 3, 8)
    assert (job.progress.fraction, job.progress.eta_ms) == (0.375, (1000, 3000))
    assert job.agent is not None
    assert (job.agent.name, job.agent.slot) == ("node", 1)
    assert (job.outputs[0].frames, job.outputs[0].fps, job.outputs[0].suffix) == (81, 16.0, ".mp4")
    assert job.created_at is not None
    assert job.created_at.isoformat() == "2026-11-23T10:00:00.123000+00:00"
    assert job.raw == WHOLE
    assert not job.is_terminal


@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_fields_of_any_other_shape_never_break_reading(fields: dict[str, object]) -> None:
    job = Job.parse({"id": "x", "status": "queued", **fields})
    assert (job.id, job.status) == ("x", "queued")


@pytest.mark.parametrize("value", [None, [], {}, {"id": "x"}, {"status": "queued"}, {"id": 7, "status": "queued"}])
def test_what_has_no_id_and_status_is_no_job(value: object) -> None:
    with pytest.raises(ValueError, match="id and a status"):
        Job.parse(value)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (None, None),
        ("no agent offers i2v", "no agent offers i2v"),
        ({"message": "no agent"}, "no agent"),
        ({"missing": ["i2v.720p.81.quality"]}, "no connected agent offers i2v.720p.81.quality"),
        (True, "no connected agent can run it"),
    ],
)
def test_the_reason_for_waiting_in_vain_is_a_sentence(value: object, sentence: str | None) -> None:
    assert Job.parse({"id": "x", "status": "queued", "unservable": value}).unservable == sentence


def test_a_page_has_jobs_and_a_cursor() -> None:
    page = JobPage.parse({"items": [WHOLE], "cursor": "c", "position": "p"})
    assert [job.id for job in page.items] == [WHOLE["id"]]
    assert page.cursor == "c"
    with pytest.raises(ValueError, match="items"):
        JobPage.parse({})
