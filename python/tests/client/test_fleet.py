"""Agents and queues are read as far as they can be understood."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spool import _operations as operations
from spool.errors import UnreadableReplyError
from spool.fleet import AgentInfo, Queues
from tests.client.test_http import carry, reply
from tests.client.test_job import JSON

AGENT = {"id": "a", "name": "attic", "state": "online", "slots": [{"index": 1, "state": "busy", "job": "j"}]}


def test_agents_are_listed_and_one_is_drained() -> None:
    found, calls = carry(operations.agents(), [reply(200, {"items": [AGENT]})])
    assert [(agent.name, agent.slots[0].job) for agent in found] == [("attic", "j")]
    assert (calls[0].method, calls[0].path) == ("GET", "/api/agents")
    agent, calls = carry(operations.order("a/b", "drain"), [reply(503), reply(200, {**AGENT, "state": "draining"})])
    assert agent.state == "draining"
    assert [(call.method, call.path) for call in calls] == [("POST", "/api/agents/a%2Fb/drain")] * 2


def test_what_is_no_agent_and_what_are_no_queues_is_told() -> None:
    with pytest.raises(UnreadableReplyError):
        carry(operations.agent("a"), [reply(200, {"name": "attic"})])
    with pytest.raises(UnreadableReplyError):
        carry(operations.queues(), [reply(200, [])])


@given(st.dictionaries(st.sampled_from(["slots", "workflows", "places", "labels", "seen_at", "jobs_done"]), JSON))
def test_whatever_stands_in_an_agent_it_is_read(fields: dict[str, Any]) -> None:
    assert AgentInfo.parse({"id": "a", "state": "online", **fields}).id == "a"


@given(st.lists(st.dictionaries(st.sampled_from(["workflow", "depth", "places", "estimated_wait_ms"]), JSON)))
def test_whatever_stands_in_a_queue_it_is_read(items: list[dict[str, Any]]) -> None:
    found = Queues.parse({"items": items})
    assert len(found.items) == len(items)
    assert all(isinstance(queue.waiting, int) for queue in found.items)
