from __future__ import annotations

from tailored.memory.embedders.hashing import HashingEmbedder
from tailored.tools.registry import ToolCard, ToolRegistry

CARDS = [
    ToolCard(name="get_weather", description="The weather in a city now.", arguments={"city": "a town"}),
    ToolCard(name="sendMail", description="Send an e-mail to somebody.", arguments={"to": "", "body": ""}),
    ToolCard(name="x42", description="Frobnicates.", arguments={}, examples=("make it dark in the kitchen",)),
]
REGISTRY = ToolRegistry(CARDS, HashingEmbedder())


def test_the_fitting_tool_comes_first() -> None:
    assert REGISTRY.fitting("how is the weather in Porto?")[0] == "get_weather"
    assert REGISTRY.fitting("send a mail to Bob")[0] == "sendMail"


def test_an_example_makes_a_tool_findable() -> None:
    assert REGISTRY.fitting("please make the kitchen dark")[0] == "x42"


def test_no_more_than_asked_for_are_given() -> None:
    assert len(REGISTRY.fitting("send the weather mail", limit=1)) == 1


def test_nothing_fits_nothing() -> None:
    assert REGISTRY.fitting("") == []
    assert ToolRegistry([], HashingEmbedder()).fitting("anything") == []


def test_a_card_reads_a_schema() -> None:
    schema = {"properties": {"city": {"type": "string", "description": "Where"}, "odd": True}}

    assert ToolCard.of("getWeather.now", "W", schema).arguments == {"city": "Where"}
    assert ToolCard.of("getWeather.now", "W", schema).spoken_name == "get weather now"
