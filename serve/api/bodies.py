"""What the native routes are sent. A field that is not named here is refused."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from ...agent.user import LONGEST_WISH

__all__ = [
    "ChoiceBody",
    "ConfirmationBody",
    "EditBody",
    "EraseBody",
    "FeedbackBody",
    "InteractionBody",
    "PinBody",
    "PreferenceBody",
    "RecommendBody",
    "StatementBody",
    "TurnBody",
]

LONGEST_TEXT = 80_000
"""Characters; what fits the model is decided by the settings' limits."""


def _stored(text: str) -> str:
    """Half of a surrogate pair can be written in JSON, but it is no text and cannot be stored."""
    return text.encode("utf-8", errors="replace").decode()


Text = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(_stored)]
Name = Annotated[str, Field(min_length=1, max_length=512), AfterValidator(_stored)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Message(Body):
    role: Literal["user", "assistant"]
    content: Text


class TurnBody(Body):
    """A message to answer.

    `private` neither reads nor writes memory; the conversation so far is then what `history` says. Without `private`,
    `history` stands in place of the thread's own messages.
    """

    text: Text
    thread: Name = "main"
    private: bool = False
    history: list[Message] | None = Field(default=None, max_length=1000)
    stream: bool = True


class EditBody(Body):
    text: Text


class FeedbackBody(Body):
    signal: Literal["satisfied", "dissatisfied"]
    note: Annotated[str, Field(max_length=2000), AfterValidator(_stored)] = ""


class ChoiceBody(Body):
    request: Text
    chosen: Text
    rejected: Text


class ConfirmationBody(Body):
    answer: Literal["once", "always", "no"]


class StatementBody(Body):
    statement: Text


class PinBody(Body):
    pinned: bool


Wish = Annotated[str, Field(max_length=LONGEST_WISH), AfterValidator(_stored)]


class PreferenceBody(Body):
    """`wishes` has one entry for each of the preference's, in their order; an empty one takes that wish out."""

    pinned: bool | None = None
    wishes: list[Wish] | None = Field(default=None, max_length=100)


class Span(Body):
    min: float | None = Field(default=None, allow_inf_nan=False)
    max: float | None = Field(default=None, allow_inf_nan=False)


Wanted = dict[str, bool | float | str | list[str | float] | Span]


class RecommendBody(Body):
    """`include` and `exclude` are facets of the catalog, as `{"genres": ["drama"], "year": {"min": 1990}}`."""

    query: Text = ""
    count: int = Field(default=5, ge=1, le=50)
    include: Wanted = {}
    exclude: Wanted = {}

    def conditions(self, wanted: Wanted) -> dict[str, Any]:
        return {
            facet: condition.model_dump(exclude_none=True) if isinstance(condition, Span) else condition
            for facet, condition in wanted.items()
        }


class InteractionBody(Body):
    """`value` is a rating's, 0.5 to 5; `reason` a rejection's."""

    item_id: Name
    event: Literal["rated", "picked", "rejected"]
    value: float | None = Field(default=None, ge=0.5, le=5, allow_inf_nan=False)
    reason: Annotated[str, Field(max_length=2000), AfterValidator(_stored)] = ""

    @model_validator(mode="after")
    def _fits(self) -> InteractionBody:
        if (self.value is not None) != (self.event == "rated"):
            raise ValueError("`value` belongs to `rated`, and to nothing else")
        if self.reason and self.event != "rejected":
            raise ValueError("`reason` belongs to `rejected`, and to nothing else")
        return self


class EraseBody(Body):
    token: Annotated[str, Field(max_length=500)]
