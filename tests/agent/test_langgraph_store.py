"""Memory as a LangGraph store: what LangGraph's own store does, for one user at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain.tools import ToolRuntime
from langchain_core.messages import HumanMessage
from langchain_core.tools import tool
from langgraph.store.base import BaseStore, GetOp, Item, ListNamespacesOp, MatchCondition, PutOp, SearchOp
from langgraph.store.memory import InMemoryStore

from tailored import LangGraphStore
from tailored.agent.errors import UserMissing
from tailored.memory import Note
from tests.agent.makers import calling, scripted
from tests.memory.makers import memory

NOTES = [
    (("ada", "notes"), "tea", {"text": "green tea", "stars": 5, "tags": ["hot"]}),
    (("ada", "notes"), "coffee", {"text": "black coffee", "stars": 2, "origin": {"country": "Kenya"}}),
    (("ada", "notes", "old"), "milk", {"text": "oat milk", "stars": 3}),
    (("ada", "trips"), "porto", {"text": "a week in Porto", "stars": 4}),
]


def filled(store: BaseStore) -> BaseStore:
    for namespace, key, value in NOTES:
        store.put(namespace, key, value)
    return store


def plain(found: Any) -> Any:
    """Without times and scores, and without an order where there is none."""
    if isinstance(found, Item):
        return (found.namespace, found.key, found.value)
    return sorted(map(plain, found), key=str) if isinstance(found, list) else found


READS: list[Callable[[BaseStore], Any]] = [
    lambda store: store.get(("ada", "notes"), "tea"),
    lambda store: store.get(("ada", "notes"), "nothing"),
    lambda store: store.get(("ada",), "tea"),
    lambda store: store.search(("ada",)),
    lambda store: store.search(("ada", "notes")),
    lambda store: store.search(("ada", "no")),
    lambda store: store.search(("ada",), filter={"stars": 5}),
    lambda store: store.search(("ada",), filter={"stars": {"$gte": 3, "$lt": 5}}),
    lambda store: store.search(("ada",), filter={"stars": {"$ne": 5}}),
    lambda store: store.search(("ada",), filter={"origin": {"country": "Kenya"}}),
    lambda store: store.search(("ada",), filter={"tags": ["hot"]}),
    lambda store: len(store.search(("ada",), limit=2)),
    lambda store: len(store.search(("ada",), limit=10, offset=3)),
    lambda store: store.list_namespaces(prefix=("ada",)),
    lambda store: store.list_namespaces(prefix=("ada",), max_depth=2),
    lambda store: store.list_namespaces(prefix=("ada", "*", "old")),
    lambda store: store.list_namespaces(prefix=("ada",), suffix=("old",)),
    lambda store: store.list_namespaces(prefix=("ada",), limit=1, offset=1),
]


@pytest.mark.parametrize("read", READS)
def test_it_reads_as_langgraphs_own_store_does(read: Callable[[BaseStore], Any]) -> None:
    ours, theirs = filled(LangGraphStore(memory())), filled(InMemoryStore())

    assert plain(read(ours)) == plain(read(theirs))


def test_what_fits_a_query_best_comes_first_with_its_score() -> None:
    store = filled(LangGraphStore(memory()))

    found = store.search(("ada",), query="a week in Porto")

    assert found[0].key == "porto"
    assert found[0].score is not None
    assert len(found) == len(NOTES)


def test_only_the_named_fields_are_searched() -> None:
    store = LangGraphStore(memory())
    store.put(("ada",), "named", {"text": "green tea", "secret": "walnuts"}, index=["text"])
    store.put(("ada",), "not at all", {"text": "walnuts"}, index=False)

    found = {item.key: item.score for item in store.search(("ada",), query="walnuts")}

    assert found["not at all"] is None
    assert found["named"] is not None
    assert found["named"] < 0.5


def test_a_value_that_is_put_again_keeps_when_it_was_first() -> None:
    store = LangGraphStore(memory())
    store.put(("ada",), "k", {"n": 1})
    store.put(("ada",), "k", {"n": 2})

    item = store.get(("ada",), "k")

    assert item is not None
    assert item.value == {"n": 2}
    assert item.created_at <= item.updated_at
    assert len(store.search(("ada",))) == 1


def test_what_is_deleted_is_gone() -> None:
    store = filled(LangGraphStore(memory()))

    store.delete(("ada", "notes"), "tea")
    store.delete(("ada", "notes"), "never there")

    assert store.get(("ada", "notes"), "tea") is None
    assert len(store.search(("ada",))) == len(NOTES) - 1


def test_a_batch_reads_before_it_writes_and_the_last_write_counts() -> None:
    store = LangGraphStore(memory())

    first = store.batch(
        [PutOp(("ada",), "k", {"n": 1}), GetOp(("ada",), "k"), PutOp(("ada",), "k", {"n": 2}), SearchOp(("ada",))]
    )

    assert first == [None, None, None, []]
    assert plain(store.get(("ada",), "k")) == (("ada",), "k", {"n": 2})


@pytest.mark.parametrize(("one", "other"), [("u1", "u10"), ("a.b", "a"), ("a_b", "axb"), ("A", "a"), ("a%2Eb", "a.b")])
async def test_users_do_not_see_each_other(one: str, other: str) -> None:
    store = LangGraphStore(memory())
    await store.aput((LangGraphStore.label(one), "notes"), "k", {"text": "secret"})

    mine = (LangGraphStore.label(other),)

    assert await store.asearch(mine) == []
    assert await store.asearch(mine, query="secret") == []
    assert await store.alist_namespaces(prefix=mine) == []
    assert await store.aget((*mine, "notes"), "k") is None
    assert len(await store.asearch((LangGraphStore.label(one),))) == 1


@pytest.mark.parametrize(
    "op",
    [
        SearchOp(()),
        ListNamespacesOp(),
        ListNamespacesOp(match_conditions=(MatchCondition("suffix", ("ada",)),)),
        ListNamespacesOp(match_conditions=(MatchCondition("prefix", ("*", "notes")),)),
    ],
)
def test_no_operation_reaches_all_users(op: Any) -> None:
    memories = memory()
    store = LangGraphStore(memories)

    with pytest.raises(UserMissing):
        store.batch([PutOp(("ada",), "k", {"n": 1}), op])

    assert memories.records("ada", Note) == []


def test_the_users_label_may_stand_elsewhere() -> None:
    memories = memory()
    store = LangGraphStore(memories, user_at=1)

    store.put(("memories", "ada"), "k", {"n": 1})

    assert len(memories.records("ada", Note)) == 1
    with pytest.raises(UserMissing):
        store.search(("memories",))


def test_erasing_a_user_erases_what_graphs_kept() -> None:
    memories = memory()
    store = filled(LangGraphStore(memories))

    memories.erase("ada")

    assert store.search(("ada",)) == []


def test_notes_are_not_recalled_into_prompts() -> None:
    memories = memory()
    filled(LangGraphStore(memories))

    assert memories.recall("ada", "green tea", policy="search").hits == ()


def test_an_agents_tools_keep_things_in_it() -> None:
    @tool
    def keep(text: str, runtime: ToolRuntime) -> str:
        """Keep a text."""
        assert runtime.store is not None
        runtime.store.put(("ada", "notes"), "kept", {"text": text})
        return "kept"

    memories = memory()
    model = scripted(calling("keep", text="green tea"), "Done.")
    agent = create_agent(model, [keep], store=LangGraphStore(memories))

    agent.invoke({"messages": [HumanMessage("Keep that I like green tea")]})

    assert [note.key for note in memories.records("ada", Note)] == ["kept"]
