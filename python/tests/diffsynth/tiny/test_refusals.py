"""What cannot run is refused while it loads, by name, and costs nothing that was warm."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from spool.worker.cancel import CanceledError, CancelFlag
from spool.worker.engines.diffsynth import lora
from spool.worker.engines.diffsynth.engine import DiffsynthEngine
from spool.worker.engines.diffsynth.header import shapes
from spool.worker.engines.diffsynth.tiny import TinyModels, weights
from spool.worker.errors import JobFailedError
from tests.diffsynth.jobs import clip, edit, saved
from tests.diffsynth.tiny.bench import SetAt, Told

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from PIL import Image

    from spool.worker.engines.diffsynth.files import Files, WanFiles
    from spool.worker.engines.diffsynth.models import Key
    from spool.worker.protocol import Run

GIB = 1 << 30


@dataclass
class Given(TinyModels):
    """Gives files that a test prepared."""

    given: Files

    @contextmanager
    def files(self, key: Key) -> Generator[Files]:  # noqa: ARG002 - there is one set
        yield self.given


def load(engine: DiffsynthEngine, run: Run, cancel: CancelFlag | None = None) -> None:
    engine.load(run, Told(), cancel or CancelFlag())


def warm(engine: DiffsynthEngine, run: Run) -> set[str]:
    """Do the job; return the workflows that stay warm."""
    load(engine, run)
    return {name.partition(".")[0] for name in engine.run(run, Told(), CancelFlag()).warm}


def refusal(files: Files, run: Run) -> JobFailedError:
    with pytest.raises(JobFailedError) as failure:
        load(DiffsynthEngine("given", Given(files)), run)
    return failure.value


def test_a_file_that_holds_another_model_is_named(wan_files: WanFiles, folder: Path, picture: Image.Image) -> None:
    run = clip(folder, saved(folder, picture))
    error = refusal(replace(wan_files, text=wan_files.vae), run)
    assert (error.code, error.message.partition(" ")[0]) == ("missing_weights", "vae.safetensors")
    error = refusal(replace(wan_files, high=wan_files.low, low=wan_files.high), run)
    assert error.message.startswith("low_noise_model.safetensors in ")
    error = refusal(replace(wan_files, lora_high=wan_files.vae[0]), run)
    assert error.message.startswith("vae.safetensors in ")


def test_a_lora_changes_as_many_layers_as_the_library_says(
    wan_files: WanFiles, capsys: pytest.CaptureFixture[str], folder: Path, picture: Image.Image
) -> None:
    load(DiffsynthEngine("given", Given(wan_files)), clip(folder, saved(folder, picture)))
    fused = [int(count) for count in re.findall(r"(\d+) tensors are fused", capsys.readouterr().out)]
    assert wan_files.lora_high is not None
    assert wan_files.lora_low is not None
    expert = shapes(wan_files.high)
    assert fused == [lora.check(path, expert) for path in (wan_files.lora_high, wan_files.lora_low)] == [8, 8]


def test_the_presets_have_different_weights(folder: Path, picture: Image.Image) -> None:
    (folder / "q").mkdir()
    inputs = saved(folder / "in", picture)
    engine = DiffsynthEngine("given", Given(weights.write_qwen(folder / "q", lightning=False)))
    run = edit(folder, inputs, preset="quality", cfg_scale=4.0, negative_prompt="blurry")
    assert warm(engine, run) == {"qwen"}
    quality = (folder / "edit" / "picture.png").read_bytes()
    engine = DiffsynthEngine("given", TinyModels())
    warm(engine, edit(folder, inputs, cfg_scale=4.0, negative_prompt="blurry"))
    assert (folder / "edit" / "picture.png").read_bytes() != quality


def test_too_little_memory_is_refused_before_anything_is_loaded(folder: Path, picture: Image.Image) -> None:
    run = clip(folder, saved(folder, picture), width=1280, height=720, num_frames=81)
    told = Told()
    with pytest.raises(JobFailedError) as failure:
        DiffsynthEngine("small", TinyModels(), free=lambda: 8 * GIB).load(run, told, CancelFlag())
    assert (failure.value.code, failure.value.hint) == ("out_of_memory", "Ask for 832×480.")  # noqa: RUF001
    assert told.steps == [("load", 0, 0)]


def test_a_larger_job_on_a_warm_pipeline_is_refused_and_the_pipeline_stays(folder: Path, picture: Image.Image) -> None:
    inputs = saved(folder, picture)
    engine = DiffsynthEngine("small", TinyModels(), free=lambda: 1 * GIB)
    assert warm(engine, clip(folder, inputs)) == {"i2v"}
    with pytest.raises(JobFailedError, match="needs about"):
        load(engine, clip(folder, inputs, width=1280, height=720, num_frames=81))
    told = Told()
    engine.load(clip(folder, inputs), told, CancelFlag())
    assert told.steps == []


def test_pipelines_stay_warm_together_until_one_has_to_make_room(folder: Path, picture: Image.Image) -> None:
    inputs = saved(folder, picture)
    free = [GIB]
    engine = DiffsynthEngine("small", TinyModels(), free=lambda: free[0])
    assert warm(engine, clip(folder, inputs)) == {"i2v"}
    assert warm(engine, edit(folder, inputs)) == {"i2v", "qwen"}
    asked = iter([0, GIB])
    engine._free = lambda: next(asked, GIB)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
    assert warm(engine, edit(folder, inputs, model="2509")) == {"qwen"}, "the clip's was not used for longest"
    engine.unload()
    assert warm(engine, clip(folder, inputs)) == {"i2v"}


def test_a_cancel_while_models_load_leaves_nothing_behind(folder: Path, picture: Image.Image) -> None:
    run = clip(folder, saved(folder, picture))
    engine = DiffsynthEngine("tiny", TinyModels())
    with pytest.raises(CanceledError):
        load(engine, run, SetAt(3))
    assert warm(engine, run) == {"i2v"}
