"""One user's memory as tools of an agent of your own: the model decides when to recall and to remember.

OPENAI_API_KEY=… python examples/memory_tools.py
"""

from langchain.agents import create_agent

from tailored import Assistant, memory_tools

with Assistant.open("./data") as assistant:
    agent = create_agent("openai:gpt-5-mini", tools=memory_tools(assistant, "ada"))
    result = agent.invoke({"messages": [{"role": "user", "content": "Remember that I live in Porto."}]})
    print(result["messages"][-1].text)
    print([record.text for record in assistant.user("ada").memories])
