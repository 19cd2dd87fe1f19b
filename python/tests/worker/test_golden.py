"""The bytes on the wire are the ones that the other language writes."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any, cast

import pytest

from spool.worker import codec, protocol

FIXTURES = Path(__file__).parents[3] / "tests" / "fixtures"
SAMPLES = sorted([*(FIXTURES / "worker" / "v1").glob("*.msgpack"), *(FIXTURES / "protocol" / "v1").glob("*.msgpack")])
WORKER_SAMPLES = [path for path in SAMPLES if path.parts[-3] == "worker"]


def name_of(path: Path) -> str:
    return f"{path.parts[-3]}/{path.stem}"


def without_bytes(value: object) -> object:
    """Write bytes as the JSON samples do."""
    if isinstance(value, bytes):
        return {"$bin": base64.b64encode(value).decode()}
    if isinstance(value, list):
        return [without_bytes(item) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        return {key: without_bytes(item) for key, item in cast("dict[str, object]", value).items()}
    return value


def test_there_are_samples_of_the_agent_protocol() -> None:
    assert any(path.parts[-3] == "protocol" for path in SAMPLES)


@pytest.mark.parametrize("path", SAMPLES, ids=name_of)
def test_a_sample_decodes_to_its_json_and_encodes_to_its_bytes(path: Path) -> None:
    data = path.read_bytes()
    value = codec.decode(data)
    assert without_bytes(value) == json.loads(path.with_suffix(".json").read_text())
    assert codec.encode(value) == data


@pytest.mark.parametrize("path", WORKER_SAMPLES, ids=name_of)
def test_a_message_of_the_worker_protocol_is_written_to_the_same_bytes(path: Path) -> None:
    data = path.read_bytes()
    value = cast("dict[str, dict[str, Any]]", codec.decode(data))
    message = protocol.from_wire(value) if path.stem.startswith("to_worker.") else rebuilt(value)
    assert not isinstance(message, protocol.UnknownMessage)
    assert codec.encode(protocol.to_wire(message)) == data


def rebuilt(value: dict[str, dict[str, Any]]) -> protocol.FromWorker:
    """Build the message of this side that a sample shows."""
    ((name, body),) = value.items()
    if name == "hello":
        offers = (
            protocol.Offer(offer["workflow"], offer["engine"], tuple(offer["classes"])) for offer in body["offers"]
        )
        missing = tuple(protocol.Missing(**absent) for absent in body["missing"])
        return protocol.Hello(body["protocol"], body["pid"], body["version"], tuple(offers), missing)
    if name == "succeeded":
        outputs = tuple(output(item) for item in body["outputs"])
        timings = protocol.Timings(**body["timings"])
        return protocol.Succeeded(body["job"], outputs, timings, tuple(body["warm"]))
    kinds = {
        "started": protocol.Started,
        "progress": protocol.Progress,
        "preview": protocol.Preview,
        "failed": protocol.Failed,
        "canceled": protocol.Canceled,
    }
    return kinds[name](**body)


def output(item: dict[str, Any]) -> protocol.Output:
    poster = protocol.Poster(**item["poster"]) if item["poster"] else None
    return protocol.Output(**{name: value for name, value in item.items() if name != "poster"}, poster=poster)


def test_a_run_is_read_and_fields_of_a_newer_agent_are_passed_over() -> None:
    fields = {
        "job": "j",
        "attempt": 2,
        "workflow": "i2v",
        "class": "i2v.480p.81.lightning",
        "params": {"seed": 7},
        "inputs": [{"path": "/p", "content_type": "image/png", "orientation": 6, "newer": True}],
        "output_dir": "/o",
        "newer": [1, 2],
    }
    run = protocol.from_wire({"run": fields})
    assert run == protocol.Run(
        "j", 2, "i2v", "i2v.480p.81.lightning", {"seed": 7}, (protocol.Input("/p", "image/png", 6),), "/o"
    )


def test_a_message_of_a_newer_agent_is_told_apart() -> None:
    assert protocol.from_wire({"dance": {"slowly": True}}) == protocol.UnknownMessage("dance")


@pytest.mark.parametrize(
    "value",
    [
        [],
        {},
        {"stop": {}, "cancel": {}},
        {"stop": None},
        {"cancel": {}},
        {"cancel": {"job": 7}},
        {"run": {"job": "j"}},
        {"run": {"job": "j", "params": {}, "inputs": [1]}},
    ],
)
def test_what_is_no_message_is_an_error(value: object) -> None:
    with pytest.raises(codec.CodecError):
        protocol.from_wire(value)
