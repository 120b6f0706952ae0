"""How an error reaches a person: one line on standard error, and an exit status that says who must act."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["FAILED", "INTERRUPTED", "USAGE", "is_reported", "report", "reporting"]

FAILED, USAGE, INTERRUPTED = 1, 2, 130


def report(error: BaseException) -> None:
    print(f"tailored: {error}", file=sys.stderr)  # noqa: T201 - the one place that writes errors out


def is_reported(error: Exception) -> bool:
    """Whether an error was raised on purpose, with a message for people; others are bugs and keep their traceback."""
    # The hierarchies are imported when something has gone wrong, so that they cost nothing when nothing has.
    from ..agent.errors import AgentFault
    from ..agent.learning.errors import LearningFault
    from ..agent.models.errors import ModelFault
    from ..evals.errors import EvalFault
    from ..memory.errors import MemoryFault
    from ..prompts.errors import PromptFault
    from ..tools.errors import ToolFault
    from .errors import ServeFault

    ours = (AgentFault, EvalFault, LearningFault, MemoryFault, ModelFault, PromptFault, ServeFault, ToolFault)
    return isinstance(error, (*ours, OSError))


def exit_status(error: Exception) -> int:
    from ..agent.errors import ConfigError

    return USAGE if isinstance(error, ConfigError) else FAILED


@contextmanager
def reporting() -> Iterator[None]:
    """Turn errors raised on purpose into one line and an exit status."""
    try:
        yield
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except BrokenPipeError:
        raise SystemExit(FAILED) from None  # whoever read our output has gone
    except Exception as error:
        if not is_reported(error):
            raise
        report(error)
        raise SystemExit(exit_status(error)) from error
