"""`Personalize` on an agent of your own, under your own checkpointer: it recalls, and what it recalls is in no checkpoint.

OPENAI_API_KEY=… python examples/personal_agent.py
"""

from dataclasses import dataclass

from langchain.agents import create_agent
from langgraph.checkpoint.memory import InMemorySaver

from tailored import Assistant, Personalize


@dataclass
class Context:
    user_id: str


with Assistant.open("./data") as assistant:
    assistant.user("ada").remember("I'm vegan")
    agent = create_agent(
        "openai:gpt-5-mini",
        tools=[],
        system_prompt="You are a cook.",
        middleware=[Personalize(assistant.memory)],
        context_schema=Context,
        checkpointer=InMemorySaver(),
    )
    thread = {"configurable": {"thread_id": "1"}}
    question = {"messages": [{"role": "user", "content": "What can I cook tonight?"}]}
    print(agent.invoke(question, thread, context=Context(user_id="ada"))["messages"][-1].text)
    print(len(assistant.user("ada").memories), "messages remembered")
