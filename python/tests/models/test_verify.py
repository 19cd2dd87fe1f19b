"""What is here, what is missing, and what is not what it should be."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from spool.models import hashes, paths
from spool.models.store import Store
from tests.models.conftest import FIRST, SECOND, VAE, VOCABULARY, FakeHub, Run

if TYPE_CHECKING:
    from pathlib import Path

QWEN = ("--workflow", "qwen")


@pytest.fixture
def pulled(hub: FakeHub, models: Path, spool: Run) -> Path:
    assert hub.url
    assert spool("pull", *QWEN).returncode == 0
    return models


def states(spool: Run, *arguments: str) -> dict[str, tuple[str, str]]:
    """Return those files that are not right, with their state and why."""
    done = spool("verify", *QWEN, "--json", *arguments)
    files = json.loads(done.stdout)["files"]
    bad = {one["name"]: (one["state"], one["why"]) for one in files if one["state"] != "right"}
    assert (done.returncode == 1) == any(state != "unknown" for state, _ in bad.values())
    return bad


def test_what_was_pulled_is_right_and_listed_as_here(pulled: Path, spool: Run) -> None:
    assert states(spool) == {}
    assert spool("verify", *QWEN).stdout == f"{pulled}: 10 right.\n"
    listed = json.loads(spool("list", "--json").stdout)
    here = {(one["workflow"], one["model"], one["preset"]) for one in listed["pipelines"] if one["is_here"]}
    assert here == {("qwen", "2511", "lightning"), ("qwen", "2511", "quality")}
    (vae,) = (one for one in listed["parts"] if one["name"] == "qwen-vae")
    assert (vae["bytes_here"], vae["license"]) == ((pulled / VAE).stat().st_size, "Apache-2.0")
    text = spool("list").stdout
    assert "qwen 2511 lightning here" in text
    assert "i2v lightning       missing" in text


def test_missing_cut_off_and_changed_files_are_named(pulled: Path, spool: Run) -> None:
    (pulled / SECOND).unlink()
    (pulled / VOCABULARY).unlink()
    (pulled / FIRST).write_bytes((pulled / FIRST).read_bytes()[:-5])
    changed = bytearray((pulled / VAE).read_bytes())
    changed[77] ^= 1
    kept = (pulled / VAE).stat()
    (pulled / VAE).write_bytes(changed)
    os.utime(pulled / VAE, ns=(kept.st_atime_ns, kept.st_mtime_ns))
    assert states(spool) == {
        FIRST: ("wrong", "has 299,995 bytes instead of 300,000"),
        SECOND: ("missing", ""),
        VAE: ("wrong", "has other bytes than Qwen/Qwen-Image"),
        VOCABULARY: ("missing", ""),
    }
    assert f"wrong: {FIRST} has 299,995 bytes" in spool("verify", *QWEN).stdout
    assert spool("pull", *QWEN).returncode == 0
    assert states(spool) == {}


def test_swapped_files_are_told_from_changed_ones(pulled: Path, spool: Run) -> None:
    first, second = (pulled / FIRST).read_bytes(), (pulled / SECOND).read_bytes()
    (pulled / FIRST).write_bytes(second)
    (pulled / SECOND).write_bytes(first)
    found = states(spool)
    assert found[FIRST][1].endswith(
        f": it is {(pulled / SECOND).name} of qwen-2511 (Qwen-Image-Edit-2511, transformer)"
    )
    assert f"it is {(pulled / FIRST).name} of" in found[SECOND][1]


def test_a_comparison_does_not_wait_for_a_pull(pulled: Path, spool: Run) -> None:
    (pulled / VAE).write_bytes(bytes((pulled / VAE).stat().st_size))
    with Store(pulled).lock(lambda: None):
        assert set(states(spool)) == {VAE}


def test_a_folder_with_nothing_in_it_lacks_everything(spool: Run) -> None:
    assert {state for state, _ in states(spool).values()} == {"missing"}
    assert json.loads(spool("list", "--json").stdout)["parts"][0]["is_here"] is False


def test_a_record_that_cannot_be_read_leaves_files_unknown_and_a_pull_mends_it(pulled: Path, spool: Run) -> None:
    (pulled / "pulled.json").write_text('{"half')
    assert {state for state, _ in states(spool).values()} == {"unknown"}
    assert spool("pull", *QWEN).returncode == 0
    assert states(spool) == {}


def test_an_engine_gets_every_file_by_its_role(pulled: Path) -> None:
    found = paths("qwen", "2511", "lightning", pulled)
    assert found["transformer"] == (pulled / FIRST, pulled / SECOND)
    assert found["vae"] == (pulled / VAE,)
    assert found["tokenizer"] == ((pulled / VOCABULARY).parent,)
    assert set(paths("qwen", "2511", "quality", pulled)) == set(found) - {"lora"}


def test_a_file_that_lacks_is_among_the_paths(pulled: Path) -> None:
    (pulled / FIRST).unlink()
    assert paths("qwen", "2511", "quality", pulled)["transformer"] == (pulled / FIRST, pulled / SECOND)
    (pulled / SECOND).unlink()
    (none,) = paths("qwen", "2511", "quality", pulled)["transformer"]
    assert none.name == "diffusion_pytorch_model*.safetensors"
    assert not none.exists()


def test_hashes_are_told_of_roles_that_were_pulled_whole(pulled: Path) -> None:
    record = json.loads((pulled / "pulled.json").read_text())
    assert hashes("qwen", "2511", "lightning", pulled)["transformer"] == (
        record[FIRST]["sha256"], record[SECOND]["sha256"],
    )  # fmt: skip
    assert set(hashes("qwen", "2511", "lightning", pulled)) == {"transformer", "text", "vae", "lora"}
    assert "transformer" not in hashes("qwen", "2509", "lightning", pulled)
