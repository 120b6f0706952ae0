from __future__ import annotations

import time

import pytest

from tailored.agent.learning.features import features
from tailored.agent.learning.language import language_of

MAIL = """Hi Sam,

It doesn't need a restart! We ship on 2026-11-20, about 12 km away. 🎉

- one point
- two points

Best regards,
Ana"""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bullets", 2),
        ("greeting", "hi"),
        ("closing", "best regards"),
        ("emoji", 1),
        ("exclamations", 1),
        ("contractions", 1),
        ("first_person", 1),
        ("metric", 1),
        ("imperial", 0),
        ("date_format", "iso"),
        ("language", "en"),
        ("paragraphs", 4),
    ],
)
def test_a_mail_is_measured(field: str, value: object) -> None:
    assert getattr(features(MAIL), field) == value


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("1. one\n2) two", "numbered", 2),
        ("# Title\ntext", "headings", 1),
        ("**Title**\ntext", "headings", 1),
        ("See https://a.org and [b](https://b.org)", "links", 2),
        ("READ THIS NOW please", "shouted", 2),
        ("Dear all, good news", "greeting", "dear"),
        ("History repeats itself, they say", "greeting", ""),
        ("High prices, sadly", "greeting", ""),
        ("The best is yet to come", "closing", ""),
        ("All done. Thanks!", "closing", "thanks"),
        ("We do not know. It is late.", "expansions", 2),
        ("Version 2.1 is out. It works.", "sentences", 2),
        ("", "sentences", 0),
        ("one.\n\n\ntwo", "paragraphs", 2),
        ("On 3 March 2026", "date_format", "day month"),
        ("On March 3, 2026", "date_format", "month day"),
        ("On 3 March and 2026-03-04", "date_format", ""),
    ],
)
def test_a_feature(text: str, field: str, value: object) -> None:
    assert getattr(features(text), field) == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The road to the harbour is closed for the winter.", "en"),
        ("El puente está cerrado y los trenes no salen de la estación.", "es"),
        ("Le pont est fermé et les trains ne partent pas de la gare.", "fr"),
        ("Die Brücke ist gesperrt und der Zug fährt nicht.", "de"),
        ("A ponte está fechada e os trens não saem da estação.", "pt"),
        ("Il ponte è chiuso e i treni non partono dalla stazione.", "it"),
        ("De brug is dicht en het is niet bekend wanneer hij opengaat.", "nl"),
        ("Мост закрыт до весны", "ru"),
        ("橋は閉鎖されています", "ja"),
        ("大桥已经关闭了", "zh"),
        ("OK", ""),
        ("Kubernetes Docker Postgres Redis Kafka Spark Flink", ""),
    ],
)
def test_the_language_of_a_text(text: str, code: str) -> None:
    assert language_of(text) == code


def test_three_hundred_words_take_little_time() -> None:
    text = "The quick brown fox doesn't jump over 12 km of the lazy dog, do you? " * 20
    features(text)

    times = []
    for _ in range(10):
        start = time.perf_counter()
        features(text)
        times.append(time.perf_counter() - start)

    # The budget is 2 ms; the least of ten on a shared machine, with room.
    assert min(times) < 0.006
