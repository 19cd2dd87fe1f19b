"""The API key from a file: what it may hold, and that it is never repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from spool.cli import key_file, main

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_holds_one_key(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("spool_abc\n")
    assert key_file.read(file) == "spool_abc"
    assert key_file.read(None) is None


@pytest.mark.parametrize("text", ["", "\n", "canary one", "canary\ntwo", "canary-ä"])
def test_a_file_with_something_else_is_named_and_not_repeated(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "key"
    file.write_text(text, encoding="utf-8")
    assert main(["jobs", "--key-file", str(file)]) == 2
    told = capsys.readouterr().err
    assert str(file) in told
    assert "canary" not in told


def test_a_file_that_is_not_there_ends_with_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--key-file", str(tmp_path / "none"), "jobs"]) == 2
    assert "none" in capsys.readouterr().err


@pytest.mark.parametrize("key", ["canary one", "canary-ä", "canary\nx: y"])
def test_a_key_that_is_no_header_is_refused_and_not_repeated(
    key: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SPOOL_API_KEY", key)
    assert main(["jobs"]) == 2
    told = capsys.readouterr().err
    assert "one word" in told
    assert "canary" not in told
