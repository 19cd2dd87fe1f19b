"""What the pipeline would round, or not take, is refused instead."""

from __future__ import annotations

import pytest

from spool.worker.engines.diffsynth.params import edit_params, video_params
from spool.worker.errors import JobFailedError
from tests.diffsynth.jobs import CLIP, EDIT


@pytest.mark.parametrize(
    "changed",
    [
        {"width": 130},
        {"height": 472 + 1},
        {"num_frames": 80},
        {"num_frames": 82},
        {"num_inference_steps": 0},
        {"preset": "fast"},
        {"cfg_scale": "1"},
        {"cfg_scale": True},
        {"seed": -1},
        {"fps": None},
    ],
)
def test_a_clip_that_the_pipeline_would_round_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(JobFailedError) as failure:
        video_params({**CLIP, **changed})
    assert failure.value.code == "bad_input"


@pytest.mark.parametrize("changed", [{"width": 144}, {"model": "2512"}, {"model": None}, {"preset": 4}])
def test_an_edit_that_the_pipeline_would_round_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(JobFailedError) as failure:
        edit_params({**EDIT, **changed})
    assert failure.value.code == "bad_input"


def test_a_job_is_read_as_it_was_sent() -> None:
    clip = video_params({**CLIP, "cfg_scale": 3, "negative_prompt": "blurry", "end_image": True})
    assert (clip.steps, clip.cfg_scale, clip.negative_prompt, clip.end_image) == (8, 3.0, "blurry", True)
    assert edit_params(EDIT).model == "2511"
