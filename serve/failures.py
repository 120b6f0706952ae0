"""How an error reaches a person: one line on standard error, and an exit status that says who must act."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["FAILED", "INTERRUPTED", "USAGE", "is_reported", "report", "reporting"]

FAILED, USAGE, INTERRUPTED = 1, 2, 130

_REFUSALS = {
    errno.ENOENT: "it or its folder is not there; name another, or make it",
    errno.EEXIST: "a file stands where a folder is needed; name another",
    errno.ENOTDIR: "a part of its path is a file, not a folder; name another",
    errno.EISDIR: "it is a folder, not a file; name a file in it",
    errno.EACCES: "you are not allowed to; name another, or change its permissions",
    errno.EPERM: "you are not allowed to; name another, or change its permissions",
    errno.EROFS: "it lies on a disk that can only be read; name another",
    errno.ENOSPC: "the disk is full; make room and try again",
    errno.EDQUOT: "your share of the disk is used up; make room and try again",
    errno.ENAMETOOLONG: "its name is too long; name another",
}
"""Why the system refused, and what to do about it, by its number of the error."""


def report(error: BaseException) -> None:
    print(f"tailored: {in_words(error)}", file=sys.stderr)  # noqa: T201 - the one place that writes errors out


def in_words(error: BaseException) -> str:
    """The message for a person; what the system refused, with why and what to do instead of the error's number."""
    if isinstance(error, OSError):
        return f"{error.filename2 or error.filename} cannot be used: {_why(error)}" if error.filename else str(error)
    cause = error.__cause__
    return str(error).replace(str(cause), _why(cause)) if isinstance(cause, OSError) else str(error)


def _why(error: OSError) -> str:
    return _REFUSALS.get(error.errno or 0) or (error.strerror or str(error)).lower()


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
