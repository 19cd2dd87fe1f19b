"""Agents and queues as a person reads them."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from spool.cli import fleet
from spool.fleet import AgentInfo, Queues

if TYPE_CHECKING:
    from rich.table import Table

NOW = datetime(2026, 11, 23, 10, 0, 30, tzinfo=UTC)
IDS = ("11111111-1111-4111-9111-111111111111", "22222222-2222-4222-9222-222222222222")


def agent(number: int, name: str, state: str = "online", **fields: Any) -> AgentInfo:
    return AgentInfo.parse({
        "id": IDS[number], "name": name, "state": state, "places": {"total": 2, "free": 1}, "jobs_done": 12,
        "jobs_failed": 1, "seen_at": "2026-11-23T10:00:27Z", "slots": [],
        "workflows": [{"workflow": "i2v", "engine": "preview"}, {"workflow": "upscale", "engine": "upscale"}], **fields,
    })  # fmt: skip


def lines(table: Table, width: int) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=width).print(table)
    return out.getvalue().splitlines()


def shown(found: list[AgentInfo], width: int) -> list[str]:
    return lines(fleet.agents_table(found, NOW, Console(width=width)), width)


def test_an_agent_stands_in_one_line_of_eighty_columns() -> None:
    head, attic, cellar = shown([agent(0, "attic"), agent(1, "cellar", "lost")], 80)
    assert head.split() == ["name", "state", "busy", "done", "failed", "seen", "runs"]
    assert attic.split()[:8] == ["attic", "online", "1/2", "12", "1", "3", "s", "ago"]
    assert attic.rstrip().endswith(" i2v (preview), upscale (upscale)")
    assert cellar.split()[:2] == ["cellar", "lost"]
    assert "1/2" not in cellar


def test_an_agent_that_paused_itself_is_shown_as_paused() -> None:
    _, line = shown([agent(0, "attic", pause="its disk is full")], 80)
    assert line.split()[1] == "paused"


def test_agents_of_one_name_are_told_apart() -> None:
    _, one, other = shown([agent(0, "attic"), agent(1, "attic")], 120)
    assert one.startswith("attic (11111111)")
    assert other.startswith("attic (22222222)")


def test_gpus_are_shown_where_there_are_any() -> None:
    gpu = {"name": "RTX 4090", "utilisation": 90}
    slots = [{"index": index, "state": "busy", "gpu": gpu} for index in (0, 1)]
    _, line = shown([agent(0, "attic", slots=slots)], 120)
    assert "2x RTX 4090 90 %" in line


def test_an_agent_is_chosen_by_name_id_or_the_beginning_of_its_id() -> None:
    found = [agent(0, "attic"), agent(1, "cellar")]
    for wanted in ("attic", IDS[0], IDS[0][:8]):
        assert fleet.choose(found, wanted).name == "attic"
    with pytest.raises(ValueError, match="there is no agent attics"):
        fleet.choose(found, "attics")
    with pytest.raises(ValueError, match=f"several agents are called attic.*{IDS[1]}"):
        fleet.choose([agent(0, "attic"), agent(1, "attic")], "attic")


def test_the_queues_stand_in_eighty_columns() -> None:
    item = {
        "workflow": "i2v", "depth": {"high": 1, "normal": 20, "low": 300}, "delayed": 2, "oldest_waiting_ms": 200_000,
        "agents": 2, "places": {"total": 4, "free": 0}, "estimated_wait_ms": {"low": 90_000, "high": 240_000},
    }  # fmt: skip
    idle = {"workflow": "qwen", "depth": {}, "agents": 0, "places": {"total": 0, "free": 0}}
    found = Queues.parse({"items": [item, idle], "waiting": 323, "limit": 10_000, "running": 4})
    _, i2v, qwen = lines(fleet.queues_table(found, Console(width=80)), 80)
    assert i2v.startswith("i2v      321     1    20     300 2       3 min 20 s 0/4")
    assert all(len(line) <= 80 for line in (i2v, qwen))
    _, i2v, qwen = lines(fleet.queues_table(found, Console(width=140)), 140)
    assert "in 1 min 30 s to 4 min" in i2v
    assert "when an agent takes such jobs" in qwen
