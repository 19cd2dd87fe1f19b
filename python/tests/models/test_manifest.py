"""The manifest agrees with itself and with the engine."""

from __future__ import annotations

import dataclasses
from importlib import resources

import pytest

from spool.models.manifest import ManifestError, manifest, parse
from spool.worker.engines.diffsynth.files import QwenFiles, WanFiles
from spool.worker.engines.diffsynth.models import classes_of

TEXT = resources.files("spool.models").joinpath("manifest.toml").read_text("utf-8")


@pytest.mark.parametrize("workflow", ["i2v", "qwen"])
def test_every_class_of_jobs_has_a_pipeline_with_the_roles_of_the_engine(workflow: str) -> None:
    fields = {field.name for field in dataclasses.fields(WanFiles if workflow == "i2v" else QwenFiles)}
    loras = {name for name in fields if name.startswith("lora")}
    for key in classes_of(workflow).values():
        roles = set(manifest().pipeline(key.workflow, key.model, key.preset).roles)
        assert roles == (fields if key.preset == "lightning" else fields - loras)


def test_a_lora_stands_beside_the_part_that_it_was_made_for() -> None:
    for pipeline in manifest().pipelines:
        for part in pipeline.roles.values():
            if part.base is not None:
                assert part.base in {other.name for other in pipeline.roles.values()}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('base = "wan-low"', 'base = "qwen-2511"', "wan-lora-low was made for qwen-2511"),
        ('base = "wan-low"', 'base = "wan-lo"', "wan-lora-low"),
        ('license = "Apache-2.0"', 'licence = "Apache-2.0"', "license"),
        ('high = "wan-high"', 'high = "wan-hi"', "wan-hi"),
        ('files = "processor/*"', 'files = "../processor/*"', "qwen-processor"),
        ('repository = "Qwen/Qwen-Image"', 'repository = "../Qwen"', "no repository"),
        ("gigabytes = 11.4", 'gigabytes = "11"', "no number"),
        ('model = "2509"', 'model = "2511"', "twice"),
        ('files = "Wan2.1_VAE.safetensors"', 'files = "Wan2.1_VAE.safetensors"\nsha256."x" = "0"', "none of its files"),
        ("[[pipelines]]", "[other]\n[[pipelines]]", "other is not known"),
    ],
)
def test_a_manifest_that_contradicts_itself_is_refused_by_the_name_of_the_entry(old: str, new: str, words: str) -> None:
    assert old in TEXT
    with pytest.raises(ManifestError, match=words):
        parse(TEXT.replace(old, new, 1))


def test_what_there_is_not_is_told_with_what_there_is() -> None:
    with pytest.raises(ValueError, match="no model '2510' here, only 2511, 2509, edit"):
        manifest().chosen("qwen", "2510")
    with pytest.raises(ValueError, match="no model '2511' here, for there is only one model"):
        manifest().chosen("i2v", "2511")
