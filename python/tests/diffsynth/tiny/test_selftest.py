"""An operator learns in a minute whether a node can run the engine."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def selftest(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "tmp").mkdir()
    return subprocess.run(
        [sys.executable, "-m", "spool.worker", "selftest"],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "TMPDIR": str(folder / "tmp"), **environment},
    )


def test_a_node_that_works_passes_and_nothing_is_left(tmp_path: Path) -> None:
    done = selftest(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    first, *jobs, verdict = done.stdout.splitlines()
    assert first.endswith("The pictures are noise.")
    assert [line[:36].rstrip() for line in jobs] == [
        "i2v, lightning",
        "i2v, lightning, with a last frame",
        "i2v, quality",
        "qwen 2511, lightning",
        "qwen edit, lightning",
        "qwen 2509, quality",
        "the same seed, the same bytes",
    ]
    assert all(" ok" in line for line in jobs)
    assert verdict.startswith("selftest passed on ")
    assert not list((tmp_path / "tmp").glob("spool-*"))


def test_a_node_on_which_one_workflow_fails_does_not_pass(tmp_path: Path) -> None:
    shadows = tmp_path / "shadows"
    shadows.mkdir()
    (shadows / "sitecustomize.py").write_text(
        "import transformers\n"
        "def broken(*arguments, **named):\n"
        "    raise OSError('no processor for you')\n"
        "transformers.Qwen2VLProcessor.from_pretrained = broken\n"
    )
    done = selftest(tmp_path, PYTHONPATH=str(shadows))
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert [line for line in lines if line.startswith("i2v") and " ok" in line], done.stdout + done.stderr
    failed = [line for line in lines if "FAILED: OSError: no processor for you" in line]
    assert [line.split(",")[0] for line in failed] == ["qwen 2511", "qwen edit", "qwen 2509"]
    assert lines[-1].startswith("selftest FAILED on ")
