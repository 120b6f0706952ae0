"""Every prompt, typed and versioned, and the counting of tokens."""

from .errors import BudgetTooSmall, PromptFault, RanksUnusable
from .fence import fence, one_line
from .system import system_prompt
from .tokens import TiktokenCounter, TokenCounter
from .turn import turn_message

__all__ = [
    "BudgetTooSmall",
    "PromptFault",
    "RanksUnusable",
    "TiktokenCounter",
    "TokenCounter",
    "fence",
    "one_line",
    "system_prompt",
    "turn_message",
]
