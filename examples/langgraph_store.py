"""Tailored's memory as the store of a LangGraph graph: what the graph keeps about a user is erased with the user.

python examples/langgraph_store.py
"""

from typing import TypedDict

from langgraph.graph import START, StateGraph
from langgraph.runtime import Runtime

from tailored import Assistant, LangGraphStore


class State(TypedDict):
    user: str
    said: str
    known: list[str]


def keep(state: State, runtime: Runtime) -> dict[str, list[str]]:
    namespace = (LangGraphStore.label(state["user"]), "likes")
    runtime.store.put(namespace, state["said"], {"text": state["said"]})
    found = runtime.store.search(namespace, query="something to drink", limit=2)
    return {"known": [item.value["text"] for item in found]}


with Assistant.open("./data") as assistant:
    builder = StateGraph(State)
    builder.add_node("keep", keep)
    builder.add_edge(START, "keep")
    graph = builder.compile(store=LangGraphStore(assistant.memory))
    for said in ("green tea", "long walks", "oat milk in my coffee"):
        state = graph.invoke({"user": "ada@example.org", "said": said, "known": []})
    print(state["known"])
    print(assistant.user("ada@example.org").erase().counts)
