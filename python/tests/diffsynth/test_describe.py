"""A worker says what it lacks of this engine, and lives on."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from spool.worker.engines import EngineUnavailableError
from spool.worker.engines.diffsynth.engine import DiffsynthEngine
from spool.worker.engines.diffsynth.models import Key, key_of
from spool.worker.engines.diffsynth.pulled import PulledModels
from tests.diffsynth import sets
from tests.worker.harness import PATIENCE, WorkerProcess

if TYPE_CHECKING:
    from pathlib import Path


def release(folder: Path, version: str) -> Path:
    """Make a folder in which diffsynth seems to be installed."""
    place = folder / f"diffsynth-{version}.dist-info"
    place.mkdir(parents=True)
    (place / "METADATA").write_text(f"Metadata-Version: 2.1\nName: diffsynth\nVersion: {version}\n")
    return folder


def test_another_release_of_diffsynth_is_not_offered(tmp_path: Path) -> None:
    environment = {"PYTHONPATH": str(release(tmp_path / "shadows", "2.0.9"))}
    engines = "i2v=diffsynth-tiny,qwen=diffsynth,upscale=scripted"
    with WorkerProcess(tmp_path, engines=engines, environment=environment) as worker:
        _, hello = worker.next()
        assert [offer["workflow"] for offer in hello["offers"]] == ["upscale"]
        why = "diffsynth is 2.0.9, and this engine needs 2.1.12. `infra/setup/setup.sh diffsynth` installs it."
        assert [(absent["engine"], absent["why"]) for absent in hello["missing"]] == [
            ("diffsynth-tiny", why),
            ("diffsynth", why),
        ]
        worker.send("stop")
        assert worker.process.wait(PATIENCE) == 0


def test_only_classes_whose_files_are_here_are_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(release(tmp_path / "shadows", "2.1.12")), *sys.path])
    files = sets.qwen(tmp_path / "qwen")
    assert files.lora is not None
    base = {
        "transformer": files.transformer,
        "text": files.text,
        "vae": files.vae,
        "tokenizer": (files.tokenizer,),
        "processor": (files.processor,),
    }

    def locate(workflow: str, model: str, preset: str) -> dict[str, tuple[Path, ...]]:
        if (workflow, model) != ("qwen", "2511"):
            return {"vae": (tmp_path / workflow / f"{model}vae.safetensors",)}
        return base if preset == "quality" else {**base, "lora": (tmp_path / "absent.safetensors",)}

    def hashes(workflow: str, model: str, preset: str) -> dict[str, tuple[str, ...]]:
        return {} if (workflow, model, preset) != ("qwen", "2511", "quality") else {"vae": ("ab",)}

    models = PulledModels(locate, hashes)
    engine = DiffsynthEngine("diffsynth", models)
    assert engine.describe("qwen") == ("qwen.2511.quality",)
    with pytest.raises(EngineUnavailableError) as missing:
        engine.describe("i2v")
    assert str(missing.value).startswith(f"The weights vae.safetensors are not in {tmp_path / 'i2v'}. `spool models")
    with models.files(Key("qwen", "2511", "quality")) as found:
        assert found == sets.QwenFiles(files.transformer, files.text, files.vae, files.tokenizer, files.processor)
    assert models.told(Key("qwen", "2511", "quality")) == {
        "models": {role: f"{paths[0].parent.name}/{paths[0].name}" for role, paths in base.items()},
        "sha256": {"vae": ["ab"]},
    }


def test_a_node_without_weights_does_not_offer_the_engine_and_lives_on(tmp_path: Path) -> None:
    environment = {"PYTHONPATH": str(release(tmp_path / "shadows", "2.1.12")), "HOME": str(tmp_path)}
    engines = "i2v=diffsynth,qwen=diffsynth,upscale=scripted"
    with WorkerProcess(tmp_path, engines=engines, environment=environment) as worker:
        _, hello = worker.next()
        assert [offer["workflow"] for offer in hello["offers"]] == ["upscale"]
        assert [absent["workflow"] for absent in hello["missing"]] == ["i2v", "qwen"]
        worker.send("stop")
        assert worker.process.wait(PATIENCE) == 0


def test_the_files_of_a_pipeline_are_given_by_their_roles(tmp_path: Path) -> None:
    files = sets.wan(tmp_path)
    assert files.lora_high is not None
    assert files.lora_low is not None
    roles = {
        "high": files.high,
        "low": files.low,
        "text": files.text,
        "vae": files.vae,
        "tokenizer": (files.tokenizer,),
        "lora_high": (files.lora_high,),
        "lora_low": (files.lora_low,),
    }
    models = PulledModels(
        lambda workflow, model, preset: roles,  # noqa: ARG005 - there is one set
        lambda workflow, model, preset: {},  # noqa: ARG005 - and nothing is known of it
    )
    assert models.missing(Key("i2v", "", "lightning")) is None
    with models.files(Key("i2v", "", "lightning")) as found:
        assert found == files


def test_a_class_names_its_pipeline() -> None:
    assert key_of("i2v.720p.161.quality") == Key("i2v", "", "quality")
    assert key_of("qwen.2509.lightning") == Key("qwen", "2509", "lightning")
