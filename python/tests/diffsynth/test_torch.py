"""The tests of `tiny` run real pipelines. Where torch is not installed they are not collected, and this says so."""

from __future__ import annotations

import pytest

from tests.diffsynth import HAS_TORCH


def test_pipelines_can_be_tested_here() -> None:
    if not HAS_TORCH:
        pytest.skip("torch is not installed: `infra/setup/setup.sh diffsynth` makes an environment for these tests")
