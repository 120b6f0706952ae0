from __future__ import annotations

import pytest

from tailored.agent.learning.feedback import detect

SATISFIED = """Thanks, that's perfect!
Perfect.
Great, thank you so much!
Exactly what I needed.
That worked, thanks.
Love it!
This is really helpful
Awesome!
You're the best
That makes sense now.
Brilliant, thank you!
thx
Nice work
It looks great.
I like this version.
Thank you very much for this.
Well done!
That solved it.
Wow, amazing!
ok, thanks!
Spot on.
The summary is excellent."""

DISSATISFIED = """No, shorter.
That's wrong.
Too long.
It's still too formal.
This is not what I asked for.
I asked for bullet points.
You forgot the date.
You ignored my question.
Thanks, but it's too long.
That doesn't work.
Try again.
No, not that one.
Make it shorter
thanks for nothing
I don't like it.
That's not right
Great, now it's even longer.
The answer is still wrong.
You didn't include the price.
This is useless.
I didn't ask for a poem.
way too wordy
Nice, but make it less formal
it does not help"""

NEUTRAL = """What is the capital of France?
Write a poem about the sea.
Thanks in advance for your help, can you book a table?
Write a thank you note to my boss.
I like jazz.
Is this perfect?
It would be great if you could add a date.
Not bad.
Tell me more.
And in Italian?
My flight is too long ago to remember.
Translate "that's wrong" into French.
Let's talk about the budget.
I work in a great team with nice people.
The weather is terrible today.
no
ok
What did I do wrong?
Can you make a list of good films?
Hello!
Now do the same for March."""


@pytest.mark.parametrize("turn", SATISFIED.splitlines())
def test_satisfaction_is_seen(turn: str) -> None:
    cue = detect(turn)

    assert cue is not None
    assert cue.signal == "satisfied"


@pytest.mark.parametrize("turn", DISSATISFIED.splitlines())
def test_dissatisfaction_is_seen(turn: str) -> None:
    cue = detect(turn)

    assert cue is not None
    assert cue.signal == "dissatisfied"


@pytest.mark.parametrize("turn", ["", *NEUTRAL.splitlines()])
def test_a_neutral_turn_says_nothing(turn: str) -> None:
    assert detect(turn) is None


def test_a_pasted_text_says_nothing() -> None:
    assert detect("That's wrong. " + "He walked along the road and saw nothing. " * 20) is None
