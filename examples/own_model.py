"""Bring your own model: any LangChain chat model.

OPENAI_API_KEY=… python examples/own_model.py
"""

from langchain.chat_models import init_chat_model

from tailored import Assistant

model = init_chat_model("openai:gpt-5-mini")

with Assistant.open("./data", model=model) as assistant:
    for event in assistant.stream("ada", "I'm vegan and live in Porto. What can I cook tonight?"):
        print(event)
    print(assistant.user("ada").standing)
