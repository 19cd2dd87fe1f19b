"""The package as a program imports it."""

import subprocess
import sys

import pytest

import spool


@pytest.mark.parametrize("name", spool.__all__)
def test_every_public_name_can_be_had(name: str) -> None:
    assert getattr(spool, name) is not None


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing_like_it"):
        spool.nothing_like_it  # noqa: B018 # pyright: ignore[reportAttributeAccessIssue, reportUnusedExpression]


def test_a_worker_starts_without_an_http_library_and_without_an_imaging_library() -> None:
    code = "import sys, spool.worker.__main__, spool.worker.engines.scripted; print(sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "spool.worker.loop" in loaded
    for heavy in ("httpx", "rich", "numpy", "PIL", "av"):
        assert f"'{heavy}'" not in loaded
