"""Models arrive whole or not at all, whatever a hub and the way to it do."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.models.conftest import (
    FIRST,
    LARGE,
    PATIENCE,
    SECOND,
    SPOOL,
    VAE,
    VOCABULARY,
    FakeHub,
    Run,
    environment,
    serving,
)

if TYPE_CHECKING:
    from pathlib import Path

QWEN = ("--workflow", "qwen")


def assert_whole(hub: FakeHub, models: Path, *names: str) -> None:
    for name in names:
        assert (models / name).read_bytes() == hub.bytes_of(name)
    assert not list(models.rglob("*.part"))


@pytest.mark.parametrize("dialect", ["", "modelscope+"])
def test_a_pull_brings_all_files_of_a_pipeline_and_a_second_one_nothing(
    hub: FakeHub, models: Path, spool: Run, dialect: str
) -> None:
    done = spool("pull", *QWEN, "--hub", f"{dialect}{hub.url}")
    assert done.returncode == 0, done.stderr
    assert "10 files to fetch, 1.8 MB; the disk has " in done.stderr
    assert_whole(hub, models, FIRST, SECOND, VAE, VOCABULARY)
    before = len(hub.asked(".safetensors"))
    again = spool("pull", *QWEN, "--hub", f"{dialect}{hub.url}", "--json")
    assert json.loads(again.stdout)["fetched"] == 0
    assert len(hub.asked(".safetensors")) == before
    assert not (models / "Wan-AI").exists()


def test_without_options_the_defaults_of_both_workflows_are_pulled(hub: FakeHub, models: Path, spool: Run) -> None:
    assert spool("pull").returncode == 0
    assert (models / "lightx2v/Wan2.2-Lightning").is_dir()
    assert_whole(hub, models, FIRST)
    assert not (models / "Qwen/Qwen-Image-Edit-2509").exists()


def test_a_connection_that_is_cut_is_taken_up_where_it_stopped(hub: FakeHub, models: Path, spool: Run) -> None:
    hub.fails(**{FIRST.rpartition("/")[2]: [{"cut": 100_000}, {"cut": 50_000}]})
    assert spool("pull", *QWEN).returncode == 0
    assert_whole(hub, models, FIRST)
    asked = hub.asked(FIRST.rpartition("/")[2])
    assert [one["range"] for one in asked] == [None, "bytes=100000-", "bytes=150000-"]


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_pull_that_was_ended_goes_on_where_it_stopped(
    hub: FakeHub, models: Path, spool: Run, sent: signal.Signals
) -> None:
    hub.fails(**{VAE: [{"stall": 200_000}]})
    command = [SPOOL, "models", "pull", *QWEN]
    killed = subprocess.Popen(command, env=environment(hub, models), stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + PATIENCE
    while not any(part.stat().st_size >= 131_072 for part in (models / VAE).parent.glob(".*.part")):
        assert time.monotonic() < deadline
        assert killed.poll() is None
        time.sleep(0.02)
    killed.send_signal(sent)
    told = killed.communicate(timeout=PATIENCE)[1]
    if sent == signal.SIGINT:
        assert (killed.returncode, told.splitlines()[-1]) == (
            130,
            "Stopped. The same command goes on where it stopped.",
        )
    (part,) = (models / VAE).parent.glob(".*.part")
    kept = part.stat().st_size
    done = spool("pull", *QWEN)
    assert done.returncode == 0, done.stderr
    assert hub.asked(VAE)[-1]["range"] == f"bytes={kept}-"
    assert_whole(hub, models, VAE)


@pytest.mark.parametrize("fault", [{"ignore_range": True}, {"shift_range": -1000}])
def test_a_hub_that_answers_with_another_range_does_no_harm(
    hub: FakeHub, models: Path, spool: Run, fault: dict[str, object]
) -> None:
    hub.fails(**{VAE: [{"cut": 100_000}, fault]})
    assert spool("pull", *QWEN).returncode == 0
    assert_whole(hub, models, VAE)


def test_wrong_bytes_are_fetched_again_once_and_then_refused_by_name(hub: FakeHub, models: Path, spool: Run) -> None:
    hub.fails(**{VAE: [{"flip": 5}]})
    assert spool("pull", *QWEN).returncode == 0
    assert_whole(hub, models, VAE)
    (models / VAE).unlink()
    hub.fails(**{VAE: [{"flip": 5, "always": True}]})
    refused = spool("pull", *QWEN)
    assert refused.returncode == 6
    assert (
        refused.stderr.splitlines()[-1] == f"spool: {VAE}: the bytes that came are not those that {hub.url} promised."
    )
    assert not (models / VAE).exists()


def test_small_files_without_a_sha256_are_compared_by_their_name_in_git(hub: FakeHub, models: Path, spool: Run) -> None:
    hub.fails(**{VOCABULARY: [{"flip": 5, "always": True}]})
    assert spool("pull", *QWEN).returncode == 6
    assert not (models / VOCABULARY).exists()


@pytest.mark.parametrize(
    ("status", "words"),
    [(404, "the hub does not have it"), (401, "the hub wants a token"), (403, "accept the licence"), (418, "418")],
)
def test_what_a_hub_refuses_names_the_file_and_what_helps(hub: FakeHub, spool: Run, status: int, words: str) -> None:
    hub.fails(**{VAE: [{"status": status, "always": True}]})
    done = spool("pull", *QWEN)
    assert done.returncode == 6
    assert f"spool: {VAE}: " in done.stderr
    assert words in done.stderr


def test_a_hub_that_is_busy_for_a_moment_is_asked_again(hub: FakeHub, models: Path, spool: Run) -> None:
    hub.fails(**{VAE: [{"status": 503}], "Qwen-Image/tree/main": [{"status": 429}, {"status": 502}]})
    done = spool("pull", *QWEN)
    assert done.returncode == 0, done.stderr
    assert_whole(hub, models, VAE)


def test_the_token_goes_to_the_hub_alone_and_into_no_text(
    hub: FakeHub, models: Path, spool: Run, tmp_path: Path
) -> None:
    token = "hf_never-to-be-seen"  # noqa: S105
    fill_from = hub.folder / "files"
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "files").symlink_to(fill_from)
    with serving(tmp_path / "elsewhere") as elsewhere:
        hub.fails(**{VAE: [{"redirect": elsewhere.url}], FIRST: [{"status": 401, "always": True}]})
        done = spool("pull", *QWEN, SPOOL_HUB_TOKEN=token)
        assert done.returncode == 6
        assert "SPOOL_HUB_TOKEN" in done.stderr
        assert_whole(hub, models, VAE)
        assert [one["token"] for one in elsewhere.asked(VAE)] == [None]
    assert {one["token"] for one in hub.asked()} == {f"Bearer {token}"}
    written = "".join(path.read_text("latin-1") for path in models.rglob("*.json"))
    assert token not in done.stdout + done.stderr + written + "".join(one["path"] for one in hub.asked())


@pytest.mark.parametrize(
    ("path", "location", "status"),
    [(VAE, None, 6), ("Qwen-Image/tree/main", "gopher://elsewhere", 4), ("Qwen-Image/tree/main", "http://a:b", 4)],
)
def test_an_address_behind_a_redirect_is_never_told(  # noqa: PLR0917
    hub: FakeHub, spool: Run, tmp_path: Path, path: str, location: str | None, status: int
) -> None:
    with serving(tmp_path / "elsewhere") as elsewhere:
        elsewhere.fails(**{VAE: [{"status": 403, "always": True}]})
        hub.fails(**{path: [{"redirect": location or elsewhere.url, "always": True}]})
        done = spool("pull", *QWEN)
    assert done.returncode == status
    assert done.stderr.splitlines()[-2].startswith("spool: ") or done.stderr.splitlines()[-1].startswith("spool: ")
    assert "signature" not in done.stderr + done.stdout
    assert "elsewhere" not in done.stderr + done.stdout


def test_what_the_disk_lacks_is_said_before_anything_is_fetched(hub: FakeHub, models: Path, spool: Run) -> None:
    hub.fails(**{"list vae/diffusion_pytorch_model.safetensors": {"size": 10**16}})
    done = spool("pull", *QWEN)
    assert done.returncode == 6
    assert "GB are lacking" in done.stderr
    assert str(models) in done.stderr
    assert not hub.asked(".safetensors")


def test_a_hub_that_does_not_answer_is_told_in_a_sentence(spool: Run) -> None:
    done = spool("pull", "--hub", "http://127.0.0.1:9")
    assert done.returncode == 4
    assert done.stderr.startswith(
        "spool: No answer from http://127.0.0.1:9: Connection refused\n  Try again: a pull goes"
    )


def test_two_pulls_of_one_folder_fetch_each_file_once(hub: FakeHub, models: Path, spool: Run) -> None:
    command = [SPOOL, "models", "pull", *QWEN]
    pulls = [
        subprocess.Popen(command, env=environment(hub, models), stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]
    ended = [(one.communicate(timeout=PATIENCE)[1], one.returncode) for one in pulls]
    assert [status for _, status in ended] == [0, 0, 0], ended
    assert len(hub.asked(VAE)) == 1
    assert_whole(hub, models, FIRST, SECOND, VAE)
    assert spool("verify", *QWEN).returncode == 0


@pytest.mark.parametrize("name", ["processor/../../escaped.json", "/processor/x", "processor/.hidden", "processor/a/b"])
def test_a_name_that_leads_elsewhere_is_no_file_of_a_model(hub: FakeHub, models: Path, spool: Run, name: str) -> None:
    hub.fails(**{"list processor/config.json": {"name": name}})
    assert spool("pull", *QWEN).returncode == 0
    assert sorted(path.name for path in (models / "Qwen/Qwen-Image-Edit").rglob("*") if path.is_file()) == [
        "vocab.json"
    ]
    assert not list(models.rglob("escaped*"))


def test_files_that_were_copied_here_are_compared_and_kept(hub: FakeHub, models: Path, spool: Run) -> None:
    for name, data in ((VAE, hub.bytes_of(VAE)), (FIRST, b"x" * LARGE)):
        (models / name).parent.mkdir(parents=True)
        (models / name).write_bytes(data)
    assert f"unknown: {VAE} no hash of it is known" in spool("verify", *QWEN).stdout
    done = spool("pull", *QWEN)
    assert done.returncode == 0
    assert f"{FIRST} is not the file that the hub has, and is fetched anew." in done.stderr
    assert (len(hub.asked(VAE)), len(hub.asked(FIRST))) == (0, 1)
    assert_whole(hub, models, FIRST, VAE)


def test_a_file_that_the_hub_has_changed_is_fetched_anew(hub: FakeHub, models: Path, spool: Run) -> None:
    assert spool("pull", *QWEN).returncode == 0
    (hub.folder / "files" / VAE).write_bytes(b"newer" * 1000)
    assert spool("pull", *QWEN).returncode == 0
    assert_whole(hub, models, VAE)
    record = json.loads((models / "pulled.json").read_text())[VAE]
    assert (record["bytes"], record["source"]) == (5000, hub.url)
    assert record["sha256"] == hashlib.sha256(b"newer" * 1000).hexdigest()


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("SPOOL_HUB_TOKEN", "two words", "one word"),
        ("SPOOL_MODELS_HUB", "http://user:secret-word@localhost", "never into its address"),
        ("SPOOL_MODELS_HUB", "gopher://x", "huggingface, modelscope"),
        ("SPOOL_MODELS_HUB", "http://hub.invalid", "use https"),
    ],
)
def test_a_wrong_setting_is_told_and_no_secret_with_it(spool: Run, setting: str, value: str, words: str) -> None:
    done = spool("pull", **{"SPOOL_HUB_TOKEN": "secret-word", setting: value})
    assert done.returncode == 2
    assert words in done.stderr
    assert "secret-word" not in done.stderr.replace(f"'{value}'", "")
