"""Tiny pipelines, loaded once for all tests of a run."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw

# Whatever the libraries have to say about each other is not for these tests to fail on.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from spool.worker.engines.diffsynth import pipelines
    from spool.worker.engines.diffsynth.tiny import weights

from tests.diffsynth.tiny.bench import Bench

if TYPE_CHECKING:
    from pathlib import Path

    from spool.worker.engines.diffsynth.files import QwenFiles, WanFiles


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave warnings of the libraries alone."""
    for item in items:
        if "diffsynth/tiny" in str(item.path):
            item.add_marker(pytest.mark.filterwarnings("ignore"))


@pytest.fixture(scope="session")
def wan_files(tmp_path_factory: pytest.TempPathFactory) -> WanFiles:
    """Write the files for `i2v`."""
    return weights.write_wan(tmp_path_factory.mktemp("wan"), lightning=True)


@pytest.fixture(scope="session")
def qwen_files(tmp_path_factory: pytest.TempPathFactory) -> QwenFiles:
    """Write the files for `qwen`."""
    return weights.write_qwen(tmp_path_factory.mktemp("qwen"), lightning=True)


@pytest.fixture(scope="session")
def bench(wan_files: WanFiles, qwen_files: QwenFiles) -> Bench:
    """Load both pipelines with their LoRAs."""
    device = pipelines.Device()
    loaded = {
        "i2v": pipelines.load(wan_files, "lightning", device, lambda: None),
        "qwen": pipelines.load(qwen_files, "lightning", device, lambda: None),
    }
    return Bench(loaded)


@pytest.fixture
def picture() -> Image.Image:
    """Draw something that is not the same everywhere."""
    image = Image.new("RGB", (160, 140), (40, 90, 160))
    ImageDraw.Draw(image).ellipse((30, 30, 120, 100), fill=(230, 180, 60))
    return image


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder for a job."""
    return tmp_path
