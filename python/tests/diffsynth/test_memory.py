"""What needs more memory than there is, is refused at load and says what would fit."""

from __future__ import annotations

import pytest

from spool.worker.engines.diffsynth import memory
from spool.worker.engines.diffsynth.params import edit_params, video_params
from spool.worker.errors import JobFailedError
from tests.diffsynth.jobs import CLIP, EDIT

GIB = 1 << 30
EXPERT, T5 = 14.29e9, 5.68e9
ALL_OF_WAN = int(2 * (2 * EXPERT + T5 + 0.13e9))


def clip_need(width: int, height: int, frames: int) -> int:
    return ALL_OF_WAN + memory.clip_forward(
        video_params({**CLIP, "width": width, "height": height, "num_frames": frames})
    )


def test_a_card_of_80_gb_runs_480p_and_one_of_141_gb_720p() -> None:
    assert clip_need(832, 480, 81) < 79 * GIB < clip_need(1280, 720, 81) < 139 * GIB


@pytest.mark.parametrize(
    ("changed", "hint"),
    [
        ({"width": 1280, "height": 720}, "Ask for 832×480."),  # noqa: RUF001
        ({"width": 832, "height": 480, "num_frames": 161}, "Ask for 81 frames."),
        ({"width": 832, "height": 480, "num_frames": 81}, "Another node may have more memory."),
    ],
)
def test_a_refusal_says_what_would_fit(changed: dict[str, object], hint: str) -> None:
    params = video_params({**CLIP, **changed})
    memory.refuse(GIB, GIB, params)
    with pytest.raises(JobFailedError) as failure:
        memory.refuse(60 * GIB, 24 * GIB, params)
    assert (failure.value.code, failure.value.hint) == ("out_of_memory", hint)
    assert failure.value.message == "This job needs about 60.0 GiB of memory for its models, and 24.0 GiB are free."


def test_each_picture_to_edit_costs_as_much_as_the_result() -> None:
    params = edit_params(EDIT)
    one, two = memory.edit_forward(params, 1), memory.edit_forward(params, 2)
    assert two - one == one // 2


def test_weights_are_counted_in_the_numbers_that_they_are_loaded_as() -> None:
    assert memory.weights({"a": (3, 4), "b": (5,), "c": ()}, 2) == 2 * (12 + 5 + 1)
