"""How the steps are shared between the two experts."""

from __future__ import annotations

import pytest

from spool.worker.engines.diffsynth import schedule


@pytest.mark.parametrize(("steps", "high"), [(1, 1), (4, 2), (5, 3), (6, 3), (8, 4), (12, 6), (16, 8)])
def test_with_lightning_each_expert_takes_half_of_the_steps(steps: int, high: int) -> None:
    assert schedule.high_steps(steps, "lightning") == high


@pytest.mark.parametrize(("steps", "high"), [(8, 3), (40, 15)])
def test_with_quality_the_boundary_of_the_base_model_decides(steps: int, high: int) -> None:
    assert schedule.high_steps(steps, "quality") == high


def test_eight_steps_are_those_that_the_pipeline_takes() -> None:
    assert [round(1000 * sigma) for sigma in schedule.sigmas(8)] == [1000, 972, 938, 893, 833, 750, 625, 417]


@pytest.mark.parametrize("preset", ["lightning", "quality"])
@pytest.mark.parametrize("steps", range(1, 101))
def test_a_boundary_gives_the_high_noise_expert_just_so_many_steps(steps: int, preset: str) -> None:
    high = schedule.high_steps(steps, preset)
    boundary = schedule.boundary(steps, high)
    assert 1 <= high <= steps
    assert [sigma < boundary for sigma in schedule.sigmas(steps)] == [False] * high + [True] * (steps - high)
