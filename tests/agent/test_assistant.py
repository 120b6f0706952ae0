"""A turn, an edit, a return: the main job with a scripted model and everything else real."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from langchain_core.language_models import FakeListChatModel, GenericFakeChatModel
from langchain_core.messages import AIMessage, BaseMessage

from tailored.agent import Assistant, Prepared, ReplyFinished, TextDelta, ToolFinished, ToolStarted
from tailored.agent.errors import EmptyMessage, MessageTooLong, NothingToEdit, ReplyNotFound
from tailored.agent.models.errors import ModelUnreachable
from tailored.agent.settings import Settings
from tailored.memory import InvalidUserId
from tailored.memory.embedders.hashing import HashingEmbedder
from tailored.memory.ram import InMemoryStore
from tests.agent.makers import assistant, calling, scripted

DRAFT = (
    "Dear team,\n\nI hope this note finds you well. Our weekly meeting moves to Thursday at ten o'clock in room B2. "
    "Please remember to bring your reports with you. Thank you for your understanding.\n\nBest regards,\nAda"
)
EDITED = "- Weekly meeting moves to Thursday, 10:00, room B2\n- Bring your reports"
NOTE = "Write a short note to my team: our weekly meeting moves to Thursday at 10:00 in room B2, bring your reports."
SECOND_NOTE = "Write a short note to my team: the kitchen is closed on Friday."


def system_of(messages: list[BaseMessage]) -> str:
    return messages[0].text


def test_a_reply_streams_and_is_traced(tmp_path: Path) -> None:
    with assistant(tmp_path, ["Hello Ada, how are you?"]) as tailored:
        events = list(tailored.stream("ada", "Hello there"))

    assert isinstance(events[0], Prepared)
    assert [event.text for event in events if isinstance(event, TextDelta)] == [
        "Hello ",
        "Ada, ",
        "how ",
        "are ",
        "you?",
    ]
    assert isinstance(events[-1], ReplyFinished)
    reply = events[-1].reply
    assert reply.text == "Hello Ada, how are you?"
    assert reply.cost.calls == 1
    assert reply.trace.timings.total >= reply.trace.timings.overhead > 0


def test_what_was_said_is_recalled_in_another_thread(tmp_path: Path) -> None:
    model = scripted("Nice.", "On Thursday.")
    with assistant(tmp_path, model) as tailored:
        tailored.chat("ada", "My piano lesson with Mr Okafor is on Thursdays at six.", thread="one")
        reply = tailored.chat("ada", "When is my piano lesson with Mr Okafor?", thread="two")

    assert any("piano lesson" in memory.text for memory in reply.trace.memories)
    assert "<memory>" in model.seen[-1][-1].text
    assert "piano" in reply.why


def test_a_thread_goes_on_with_the_prompt_it_had(tmp_path: Path) -> None:
    model = scripted("One.", "Two.", "Three.")
    with assistant(tmp_path, model) as tailored:
        for text in ("Tell me about the moon.", "And about the sun?", "Which is larger?"):
            tailored.chat("ada", text)

    first, second, third = ([message.text for message in seen] for seen in model.seen)
    assert second[: len(first)] == first
    assert third[: len(second)] == second


@pytest.mark.parametrize(
    ("asked", "shown"),
    [(NOTE, "The kitchen is closed."), ("What did Tom say?", "Sure! Here's the note:\nThe kitchen is closed.")],
)
def test_what_announces_a_text_is_left_out_of_it(tmp_path: Path, asked: str, shown: str) -> None:
    with assistant(tmp_path, scripted("Sure! Here's the note:\nThe kitchen is closed.")) as tailored:
        reply = tailored.chat("ada", asked)

    assert reply.text == shown


def test_the_wish_that_a_message_is_about_stands_beside_it(tmp_path: Path) -> None:
    model = scripted("Noted.", "Noted.", "Try the market.", "It is Lisbon.")
    with assistant(tmp_path, model) as tailored:
        tailored.chat("ada", "I avoid restaurants that serve fish.")
        tailored.chat("ada", "I can't stand loud music.")
        tailored.chat("ada", "Which restaurants are there that serve fish?", thread="two")
        tailored.chat("ada", "Qual a capital?", thread="three")

    asked, other = model.seen[2], model.seen[3]
    assert "avoids restaurants that serve fish" in asked[-1].text
    assert "loud music" not in asked[-1].text
    assert all("loud music" in seen[0].text for seen in (asked, other))
    assert other[-1].text == "Qual a capital?"


FISH = "Which restaurants that serve fish are there at the harbour?"


def recalled(tailored: Assistant, *said: str, question: str = FISH) -> list[str]:
    """What stands beside the question after messages of another thread."""
    for message in said:
        tailored.chat("ada", message)
    return [memory.text for memory in tailored.chat("ada", question, thread="two").trace.memories]


@pytest.mark.parametrize(
    "said",
    [
        ["I avoid restaurants that serve fish."],
        ["I avoid restaurants that serve fish.", "I avoid restaurants that serve fish."],
        ["I really don’t like restaurants that serve fish, thanks!"],
        ["I love restaurants that serve fish.", "I don't like restaurants that serve fish."],
    ],
    ids=["once", "twice", "politely", "with a change of mind"],
)
def test_a_message_that_the_prompt_holds_already_is_not_recalled(tmp_path: Path, said: list[str]) -> None:
    with assistant(tmp_path, scripted(*["Noted."] * 6)) as tailored:
        assert recalled(tailored, *said) == []
        assert len(tailored.user("ada").standing) == 1


@pytest.mark.parametrize(
    "said",
    [
        "I avoid restaurants that serve fish. Eva fell ill at one by the harbour in Whitby.",
        "I avoid restaurants that serve fish or raw seafood or anything fried in oil. Whitby, 2019.",
        "Tomás! I avoid restaurants that serve fish.",
    ],
)
def test_a_message_that_says_more_than_the_prompt_is_recalled(tmp_path: Path, said: str) -> None:
    with assistant(tmp_path, scripted(*["Noted."] * 6)) as tailored:
        assert any(said in memory for memory in recalled(tailored, said))


@pytest.mark.parametrize(
    "question",
    [
        "What did I tell you about restaurants that serve fish?",
        "Since when have I avoided restaurants that serve fish?",
    ],
)
def test_when_something_was_said_it_is_recalled(tmp_path: Path, question: str) -> None:
    with assistant(tmp_path, scripted(*["Noted."] * 6)) as tailored:
        assert recalled(tailored, "I avoid restaurants that serve fish.", question=question)


def test_a_forgotten_message_leaves_nothing_to_ask_for(tmp_path: Path) -> None:
    with assistant(tmp_path, scripted(*["Noted."] * 6)) as tailored:
        user = tailored.user("ada")
        tailored.chat("ada", "I avoid restaurants that serve fish.")
        user.forget(next(memory.id for memory in user.memories if "avoid" in memory.text))

        assert recalled(tailored) == []
        assert user.standing == []


def test_an_edit_changes_the_next_draft_of_its_kind_only(tmp_path: Path) -> None:
    model = scripted(DRAFT, "- Kitchen closed on Friday", "Rayleigh scattering.")
    with assistant(tmp_path, model) as tailored:
        lesson = tailored.edit(tailored.chat("ada", NOTE), EDITED)
        second = tailored.chat("ada", SECOND_NOTE, thread="two")
        other = tailored.chat("ada", "Why is the sky blue during the day?", thread="three")

    assert lesson.edit.cost > 20
    assert "Use bullet points" in lesson.wishes
    assert "use bullet points" in model.seen[1][-1].text
    assert second.trace.preferences
    assert not other.trace.preferences
    assert "bullet" not in model.seen[2][-1].text


def test_undo_takes_a_lesson_back(tmp_path: Path) -> None:
    with assistant(tmp_path, [DRAFT, "x"]) as tailored:
        lesson = tailored.edit(tailored.chat("ada", NOTE), EDITED)
        assert tailored.user("ada").preferences

        tailored.undo(lesson)

        assert tailored.user("ada").preferences == []
        assert not tailored.chat("ada", SECOND_NOTE).trace.preferences


def test_what_is_said_outright_is_in_every_later_prompt(tmp_path: Path) -> None:
    model = scripted("Noted.", "Tofu.", "Blue.")
    with assistant(tmp_path, model) as tailored:
        learned = tailored.chat("ada", "I'm vegan. I live in Porto.").trace.learned
        tailored.chat("ada", "What do I cook tonight?", thread="two")
        tailored.learn_now()
        tailored.chat("ada", "Name a colour.", thread="three")

    assert learned == ("The user is vegan.", "The user lives in Porto.")
    assert "The user is vegan." in system_of(model.seen[1])
    assert "The user lives in Porto." in system_of(model.seen[2]), "the profile is refreshed in the background"


def test_what_is_known_is_told_when_asked(tmp_path: Path) -> None:
    model = scripted("Noted.", "You live in Porto.")
    with assistant(tmp_path, model) as tailored:
        tailored.chat("ada", "I live in Porto and I work as a nurse.", thread="one")
        reply = tailored.chat("ada", "What do you know about me?", thread="two")

    assert [memory.text for memory in reply.trace.memories] == [
        "The user works as a nurse.",
        "The user lives in Porto.",
    ]


def test_what_the_assistant_says_is_never_learned(tmp_path: Path) -> None:
    with assistant(tmp_path, ["I'm vegan. I live in Rome. Always answer in Latin."]) as tailored:
        tailored.chat("ada", "Tell me something about yourself")
        tailored.learn_now()

        assert tailored.user("ada").facts == []
        assert tailored.user("ada").standing == []


def test_a_recommendation_lists_only_what_the_tool_returned_with_reasons(tmp_path: Path) -> None:
    script = [calling("recommend", query="slow and tender", count=9), "Enjoy the evening."]
    with assistant(tmp_path, script, films=True) as tailored:
        events = list(tailored.stream("ada", "What should I watch tonight? Something slow and tender."))

    started = next(event for event in events if isinstance(event, ToolStarted))
    finished = next(event for event in events if isinstance(event, ToolFinished))
    reply = events[-1].reply
    assert (started.name, finished.ok) == ("recommend", True)
    assert len(reply.trace.items) == 5, "the settings say how many when the user does not"
    assert all(item.reason and item.title in reply.text for item in reply.trace.items)
    assert reply.text.endswith("Enjoy the evening.")


def test_what_was_said_outright_masks_items_whatever_the_model_asks_for(tmp_path: Path) -> None:
    script = ["Noted.", calling("recommend", query="scary horror films", count=10), "Enjoy."]
    with assistant(tmp_path, script, films=True) as tailored:
        tailored.chat("ada", "Never suggest horror films.", thread="one")
        reply = tailored.chat("ada", "Recommend me 10 scary films", thread="two")

    assert len(reply.trace.items) == 10
    assert not [item.title for item in reply.trace.items if "horror" in item.labels]


def test_a_title_that_nothing_looked_up_is_taken_out_of_the_reply(tmp_path: Path) -> None:
    script = ['You might enjoy "Parasite" (2019), or rest.', "Parasite (2019) it is."]
    with assistant(tmp_path, script, films=True) as tailored:
        invented = tailored.chat("ada", "I live in Porto, never suggest horror films.")
        named_first = tailored.chat("ada", "I loved Parasite (2019) last night!", thread="two")

    assert "Parasite" not in invented.text
    assert invented.trace.withheld == ("Parasite",) or "Parasite" in invented.trace.withheld[0]
    assert "Taken out" in invented.why
    assert named_first.text == "Parasite (2019) it is.", "what the user names may be talked about"


def test_a_refused_item_and_shown_ones_do_not_come_back(tmp_path: Path) -> None:
    script = [calling("recommend", query="slow"), "a", calling("recommend", query="slow films"), "b"]
    with assistant(tmp_path, script, films=True) as tailored:
        first = tailored.chat("ada", "What should I watch tonight?").trace.items
        tailored.user("ada").reject(first[0].id, "war")
        second = tailored.chat("ada", "Recommend me others, please.").trace.items

    assert second
    assert not {item.id for item in first} & {item.id for item in second}


def test_tools_are_offered_only_where_the_turn_needs_them(tmp_path: Path) -> None:
    model = scripted("Hi.", "Here is a note.", "Sure.")
    with assistant(tmp_path, model, films=True) as tailored:
        tailored.chat("ada", "Thank you!")
        tailored.chat("ada", NOTE)
        tailored.chat("ada", "What should I watch?")

    offered = [[tool["function"]["name"] for tool in options.get("tools", [])] for options in model.options]
    assert offered == [[], [], ["recommend"]]


def test_a_tool_that_fails_tells_the_model_and_the_turn_concludes(tmp_path: Path) -> None:
    script = [calling("recommend", include={"colour": "red"}), "I could not look by colour."]
    with assistant(tmp_path, script, films=True) as tailored:
        reply = tailored.chat("ada", "Recommend me something red")

    assert reply.text == "I could not look by colour."
    assert not reply.trace.tools[0].ok
    assert "colour" in reply.trace.tools[0].message


def test_a_model_that_only_calls_tools_is_made_to_answer(tmp_path: Path) -> None:
    model = scripted(*[calling("recommend", query="x")] * 3, "Done.")
    with assistant(tmp_path, model, films=True, limits={"model_calls": 4}) as tailored:
        reply = tailored.chat("ada", "Recommend me something")

    assert reply.text.endswith("Done.")
    assert "tools" not in model.options[-1], "the last call may only answer"
    assert [tool.ok for tool in reply.trace.tools] == [True, False, False], "the same call twice is refused"


def test_the_user_is_known_after_a_restart(tmp_path: Path) -> None:
    with assistant(tmp_path, [DRAFT], on_disk=True) as tailored:
        reply = tailored.chat("ada", NOTE, thread="one")
    with assistant(tmp_path, ["- Closed on Friday", "Yes."], on_disk=True) as tailored:
        lesson = tailored.edit_by_id("ada", reply.id, EDITED)
        again = tailored.chat("ada", SECOND_NOTE, thread="two")
        went_on = tailored.chat("ada", "Is that all?", thread="one")

    assert lesson.wishes
    assert again.trace.preferences
    assert went_on.cost.prompt > 40, "the thread's earlier messages are in the prompt"


def test_users_do_not_see_each_other(tmp_path: Path) -> None:
    model = scripted("Noted.", "I do not know.")
    with assistant(tmp_path, model) as tailored:
        tailored.chat("u1", "My secret code word is heliotrope. I'm vegan.")
        reply = tailored.chat("u10", "What is my secret code word?")

        assert not reply.trace.memories
        assert "heliotrope" not in str(model.seen[-1])
        assert tailored.user("u10").standing == []


@pytest.mark.parametrize(
    ("text", "error"), [("", EmptyMessage), (" \n\t", EmptyMessage), ("word " * 5000, MessageTooLong)]
)
def test_a_message_that_cannot_be_answered_is_refused(tmp_path: Path, text: str, error: type[Exception]) -> None:
    with assistant(tmp_path) as tailored:
        with pytest.raises(error):
            tailored.chat("ada", text)
        assert tailored.user("ada").memories == []


def test_a_huge_message_is_refused_without_being_counted(tmp_path: Path) -> None:
    with assistant(tmp_path) as tailored, pytest.raises(MessageTooLong, match="50000000 characters"):
        tailored.chat("ada", "x" * 50_000_000)


@pytest.mark.parametrize("user_id", ["", "  "])
def test_nobody_is_refused(tmp_path: Path, user_id: str) -> None:
    with assistant(tmp_path) as tailored, pytest.raises(InvalidUserId):
        tailored.chat(user_id, "Hello there")


def test_what_was_said_is_kept_when_the_model_fails(tmp_path: Path) -> None:
    with assistant(tmp_path, [ModelUnreachable("the model is gone: start it")]) as tailored:
        with pytest.raises(ModelUnreachable):
            tailored.chat("ada", "Remember the blue door")

        assert [memory.text for memory in tailored.user("ada").memories] == ["Remember the blue door"]


def test_what_was_said_is_kept_when_nobody_listens_any_more(tmp_path: Path) -> None:
    with assistant(tmp_path, ["one two three four five six"]) as tailored:
        events = tailored.stream("ada", "Count for me, slowly")
        next(event for event in events if isinstance(event, TextDelta))
        events.close()  # type: ignore[attr-defined]

        assert [memory.source for memory in tailored.user("ada").memories] == ["user"]


def test_edits_that_teach_nothing_are_refused(tmp_path: Path) -> None:
    with assistant(tmp_path, [DRAFT]) as tailored:
        reply = tailored.chat("ada", NOTE)

        with pytest.raises(NothingToEdit):
            tailored.edit(reply, reply.text)
        with pytest.raises(NothingToEdit):
            tailored.edit(reply, "  ")
        with pytest.raises(ReplyNotFound):
            tailored.edit_by_id("ada", "nonsense", "text")
        with pytest.raises(ReplyNotFound):
            tailored.edit_by_id("somebody else", reply.id, "text")


def test_an_edit_of_a_hundred_thousand_words_is_learned_from(tmp_path: Path) -> None:
    with assistant(tmp_path, [DRAFT]) as tailored:
        lesson = tailored.edit(tailored.chat("ada", NOTE), "word " * 100_000)

    assert lesson.edit.cost > 90_000


def test_erasing_leaves_nothing_and_nothing_comes_back(tmp_path: Path) -> None:
    with assistant(tmp_path, [DRAFT, "Hello."]) as tailored:
        tailored.edit(tailored.chat("ada", NOTE), EDITED)
        erased = tailored.user("ada").erase()
        tailored.learn_now()
        reply = tailored.chat("ada", "Who am I to you?")

        assert erased.counts
        assert erased.counts["edit"] == 1
        assert not reply.trace.memories
        assert [memory.source for memory in tailored.user("ada").memories] == ["user", "assistant"]


def test_asynchronous_calls_share_the_core(tmp_path: Path) -> None:
    async def talk() -> list[str]:
        with assistant(tmp_path, ["One."] * 5) as tailored:
            replies = await asyncio.gather(*(tailored.achat(f"user {n}", f"Hello number {n}!") for n in range(5)))
            return [reply.text for reply in replies]

    assert asyncio.run(talk()) == ["One."] * 5


def test_a_phrase_struck_out_of_every_draft_is_not_written_again(tmp_path: Path) -> None:
    news = [
        "The kitchen is closed on Friday because the floor gets a new coat of paint.",
        "A new printer stands in room four, and the old one goes to the archive next week.",
        "Parking moves to the yard behind the hall while the road is under repair.",
        "Lunch is served from noon until two, with a vegan dish every day of the week.",
    ]
    model = scripted(*(f"Needless to say, {line}" for line in news), "The lift works again.")
    with assistant(tmp_path, model) as tailored:
        for number, line in enumerate(news):
            lesson = tailored.edit(tailored.chat("ada", SECOND_NOTE, thread=f"n{number}"), line)
        tailored.chat("ada", SECOND_NOTE, thread="last")

    assert lesson.wishes == ("Never write “needless to say”",)
    assert "never write “needless to say”" in model.seen[-1][-1].text


def test_a_model_that_does_not_stream_answers_all_the_same(tmp_path: Path) -> None:
    settings = Settings.model_validate({"data_dir": tmp_path, "learning": {"use_model": False}})
    model = FakeListChatModel(responses=["All at once."], disable_streaming=True)
    with Assistant.open(settings=settings, model=model, embedder=HashingEmbedder(), store=InMemoryStore()) as opened:
        assert opened.chat("ada", "Hello").text == "All at once."


def test_line_breaks_stay_as_the_model_wrote_them(tmp_path: Path) -> None:
    pieces = GenericFakeChatModel(messages=iter([AIMessage("- one\n- two\n\n- three")]))
    settings = Settings.model_validate({"data_dir": tmp_path, "learning": {"use_model": False}})
    with Assistant.open(settings=settings, model=pieces, embedder=HashingEmbedder(), store=InMemoryStore()) as opened:
        assert opened.chat("ada", "List three").text == "- one\n- two\n\n- three"
