"""Wrong, missing and swapped files are refused by their names, before anything is loaded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from spool.worker.engines.diffsynth import lora
from spool.worker.engines.diffsynth.check import check
from spool.worker.engines.diffsynth.header import shapes
from spool.worker.errors import JobFailedError
from tests.diffsynth import sets

if TYPE_CHECKING:
    from pathlib import Path

    from spool.worker.engines.diffsynth.files import Files


def refusal(files: Files, model: str = "") -> str:
    with pytest.raises(JobFailedError) as failure:
        check(files, model)
    assert failure.value.code == "missing_weights"
    assert "spool models" in str(failure.value.hint)
    return failure.value.message


def test_sets_as_they_should_be_are_taken(tmp_path: Path) -> None:
    check(sets.wan(tmp_path / "wan"), "")
    check(replace(sets.wan(tmp_path / "quality"), lora_high=None, lora_low=None), "")
    check(sets.qwen(tmp_path / "qwen"), "2511")
    check(sets.qwen(tmp_path / "first", "Qwen-Image-Edit-Lightning-4steps.safetensors"), "edit")


@pytest.mark.parametrize("part", ["high", "low", "text", "vae"])
def test_a_missing_a_cut_off_and_a_foreign_file_are_named(tmp_path: Path, part: str) -> None:
    files = sets.wan(tmp_path)
    (path,) = getattr(files, part)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    assert f"{path.name} in {path.parent} has {len(whole) - 1:,} bytes instead of {len(whole):,}." in refusal(files)
    path.write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n")
    assert f"{path.name} in {path.parent} is no safetensors file." in refusal(files)
    path.unlink()
    assert f"{path.name} in {path.parent} is missing." in refusal(files)


def test_swapped_experts_are_refused(tmp_path: Path) -> None:
    files = sets.wan(tmp_path)
    swapped = replace(files, high=files.low, low=files.high)
    assert "low_noise_model is for low noise, but was given for high noise." in refusal(swapped)
    assert "high_noise_model is for high noise" in refusal(replace(files, low=files.high))


def test_the_same_expert_under_both_names_is_refused(tmp_path: Path) -> None:
    files = sets.wan(tmp_path)
    files.low[0].write_bytes(files.high[0].read_bytes())
    assert "is the high-noise expert once more" in refusal(files)
    assert files.lora_high is not None
    assert files.lora_low is not None
    files = sets.wan(tmp_path / "loras")
    assert files.lora_high is not None
    assert files.lora_low is not None
    files.lora_low.write_bytes(files.lora_high.read_bytes())
    assert "is the high-noise LoRA once more" in refusal(files)


def test_swapped_loras_are_refused(tmp_path: Path) -> None:
    files = sets.wan(tmp_path)
    swapped = replace(files, lora_high=files.lora_low, lora_low=files.lora_high)
    assert "Lightning_low_noise.safetensors" in refusal(swapped)


def test_a_text_to_video_expert_is_refused(tmp_path: Path) -> None:
    files = sets.wan(tmp_path)
    sets.write(files.low[0], {**sets.WAN, "patch_embedding.weight": (8, 16, 1, 2, 2)})
    assert "is no expert of Wan 2.2 image-to-video" in refusal(files)


def test_a_lora_that_changes_no_layer_is_refused_by_name(tmp_path: Path) -> None:
    files = sets.wan(tmp_path)
    assert files.lora_high is not None
    foreign = {f"transformer.{name}": shape for name, shape in sets.WAN_LORA.items()}
    sets.write(files.lora_high, foreign, 9)
    assert "Lightning_high_noise.safetensors" in refusal(files)
    assert "changes no layer of this model" in refusal(files)
    sets.write(files.lora_high, sets.QWEN_LORA, 9)
    assert "changes no layer of this model" in refusal(files)


def test_a_lora_for_a_model_of_another_size_is_refused_by_name(tmp_path: Path) -> None:
    files = sets.wan(tmp_path)
    assert files.lora_low is not None
    wide = {name: tuple(2 * side if side == 8 else side for side in shape) for name, shape in sets.WAN_LORA.items()}
    sets.write(files.lora_low, wide, 9)
    assert "blocks.0.self_attn.q is 8 by 8 in it, not 16 by 16" in refusal(files)


@pytest.mark.parametrize(("model", "named"), [("2511", "2509"), ("2509", "2511"), ("edit", "2509")])
def test_a_lora_for_another_edit_model_is_refused_by_name(tmp_path: Path, model: str, named: str) -> None:
    name = f"Qwen-Image-Edit-{named}-Lightning-4steps.safetensors"
    assert f"{name} in {tmp_path} was made for Qwen-Image-Edit-{named}" in refusal(sets.qwen(tmp_path, name), model)


def test_another_transformer_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    files = sets.qwen(tmp_path)
    sets.write(files.transformer[0], sets.WAN)
    assert "is not the transformer of Qwen-Image-Edit" in refusal(files, "2511")
    sets.write(files.transformer[0], sets.QWEN)
    (files.processor / "vocab.json").unlink()
    assert "processor in " in refusal(files, "2511")


@pytest.mark.parametrize("names", [sets.WAN_LORA, sets.QWEN_LORA])
def test_both_ways_of_naming_factors_are_read(tmp_path: Path, names: dict[str, tuple[int, ...]]) -> None:
    (layer,) = lora.layers(shapes([sets.write(tmp_path / "x.safetensors", names)])).items()
    assert layer[0] in {"blocks.0.self_attn.q", "transformer_blocks.0.attn.add_k_proj"}
    assert layer[1] == ((8, 2), (2, 8))
