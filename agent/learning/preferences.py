"""Preferences learned from edits: storing what an edit taught, and choosing what to tell the model for a new draft.

One preference stands for one kind of request: its `context` is the requests it was learned from, a line each, and
its vector should be their middle (`contexts.py`). The middle tells contexts apart better than any single request, which
is where CIPHER (arXiv 2404.15269), always taking the nearest single ones, loses most. A draft that needed no change
of style moves the middle too. No preference is ever global: below the floor nothing is said.

An edit extends the preference it agrees with. Where it contradicts what the draft was told, the nearest preference
loses strength (only that one: punishing all that were recalled does harm; less where it may be that another kind of
request was meant) and the edit founds another, which wins as the newer one does well. Everything here is a pure function of records; storing them is the caller's, who
embeds the lines of `Preference.context` anew for every record put.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ...memory.records import Aspect, Choice, Edit, Feedback, Preference
from .aspects import measure
from .checks import violated
from .choices import wishes_of_choices
from .contexts import rounds_since
from .selection import Candidate, Guidance, SelectionPolicy, asserted, is_same_kind, ranked, select, sureness
from .vocabulary import habitual_phrases

__all__ = [
    "Candidate",
    "Changes",
    "Evidence",
    "Guidance",
    "SelectionPolicy",
    "accept",
    "learn",
    "rounds_since",
    "select",
    "taught_by",
    "taught_together",
    "undo",
]

Evidence = Edit | Feedback | Choice
"""What teaches: a user's version of a reply, a complaint that names what was wrong with it, one text taken over another."""

MAX_CONTEXTS = 30
"""Requests remembered for one preference: more do not fit what an embedder reads."""
MAX_CONTEXT_WORDS = 24
MAX_EVIDENCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What the caller has to write to the store: records to put, ids to delete."""

    put: tuple[Preference, ...] = ()
    delete: tuple[str, ...] = ()


def learn(
    edit: Evidence,
    aspects: Sequence[Aspect],
    existing: Sequence[Candidate],
    *,
    used: Guidance | None = None,
    grounds: Sequence[str] = (),
    new_id: Callable[[], str],
    policy: SelectionPolicy | None = None,
) -> Changes:
    """What to put so that the next draft in a context like the edit's (or complaint's) knows these aspects.

    `existing` are the user's preferences with their similarity to the edit's context, `used` what the draft was told:
    what the user left standing of it holds in this context as well (see `_left_standing`). `grounds` are earlier edits
    or choices without which this one would not have taught all of this. Without aspects the style was right, and the
    edit counts as acceptance. An edit that was learned before changes nothing.
    """
    policy, used = policy or SelectionPolicy(), used or Guidance()
    if any(edit.id in candidate.preference.evidence for candidate in existing):
        return Changes()
    if not aspects:
        return accept(edit.context, used, existing, now=edit.created, policy=policy)
    near = ranked(existing, policy)
    taught = _newest([*_left_standing(edit, used, near, policy), *aspects])
    home = _home(near, taught, policy)
    told = _newest([*used.aspects, *aspects])  # what the user left as it was contradicts nothing
    put = [_weakened(near, policy)] if near and _contradicts(near[0], told) and near[0] != home else []
    if home is None:
        put.append(_founded(edit, taught, used, grounds, new_id()))
    else:
        put.append(_extended(home.preference, edit, taught, grounds, policy))
    return Changes(put=tuple(put))


def accept(
    context: str,
    used: Guidance,
    existing: Sequence[Candidate],
    *,
    now: datetime,
    policy: SelectionPolicy | None = None,
) -> Changes:
    """What to put after a draft for `context` was taken as it was: the preference behind it is confirmed."""
    policy = policy or SelectionPolicy()
    home = _home(ranked(existing, policy), used.aspects, policy) if used else None
    if home is None:
        return Changes()
    preference = _confirmed(home.preference, context, now, policy)
    return Changes(put=(replace(preference, uses=preference.uses + 1, accepts=preference.accepts + 1),))


def taught_by(evidence: Evidence) -> Sequence[Aspect]:
    """What an edit or a complaint teaches by itself; a single choice says nothing yet."""
    if isinstance(evidence, Edit):
        return measure(evidence.draft, evidence.edited)
    return evidence.aspects if isinstance(evidence, Feedback) else ()


def taught_together(evidence: Sequence[Evidence]) -> Sequence[Aspect]:
    """What several of one kind of request show that none shows alone: phrases always struck out, a taste."""
    return (
        *habitual_phrases([edit for edit in evidence if isinstance(edit, Edit)]),
        *wishes_of_choices([choice for choice in evidence if isinstance(choice, Choice)]),
    )


def undo(
    edit_id: str,
    existing: Sequence[Preference],
    edits: Sequence[Evidence],
    *,
    taught: Callable[[Evidence], Sequence[Aspect]] = taught_by,
) -> Changes:
    """Take back what one edit, complaint or choice taught.

    The preference it founded is deleted; one that it extended, or that built upon it, is made anew from the other
    edits. Aspects that those do not show are gone.
    """
    by_id = {edit.id: edit for edit in edits}
    put, delete = [], []
    for preference in existing:
        if edit_id in preference.evidence:
            rebuilt = _without(preference, edit_id, by_id, taught)
            put += [rebuilt] if rebuilt else []
            delete += [] if rebuilt else [preference.id]
    return Changes(put=tuple(put), delete=tuple(delete))


def _left_standing(
    edit: Evidence, used: Guidance, near: Sequence[Candidate], policy: SelectionPolicy
) -> Sequence[Aspect]:
    """What the draft was told and the user did not mind. Where it was told for another kind of request, perhaps, only
    what their version shows: a draft does not do all that it is told."""
    if not isinstance(edit, Edit) or (near and is_same_kind(near[0], policy)):
        return used.aspects
    missed = violated(used.aspects, edit.edited)
    return [aspect for aspect in used.aspects if aspect not in missed]


def _home(near: Sequence[Candidate], taught: Iterable[Aspect], policy: SelectionPolicy) -> Candidate | None:
    """The preference an edit belongs to: nearest of those that agree with it; without any, one of the same context."""
    target = asserted(taught)
    agreeing = [
        candidate
        for candidate in near
        if (claims := asserted(candidate.preference.aspects)) == target or (candidate is near[0] and claims <= target)
    ]
    same = [candidate for candidate in near if candidate.similarity >= policy.same_context]
    return max(agreeing or same, key=lambda candidate: candidate.nearness, default=None)


def _contradicts(candidate: Candidate, taught: Iterable[Aspect]) -> bool:
    return not asserted(candidate.preference.aspects) <= asserted(taught)


def _newest(aspects: Iterable[Aspect]) -> tuple[Aspect, ...]:
    """One aspect for each name, the last given."""
    return tuple({aspect.name: aspect for aspect in aspects}.values())


def _weakened(near: Sequence[Candidate], policy: SelectionPolicy) -> Preference:
    """The nearest one with less strength. Its user changed their mind, or it was the wrong kind: by how sure it was."""
    preference = near[0].preference
    blame = policy.doubtful_blame + (policy.blame - policy.doubtful_blame) * sureness(near)
    return replace(preference, strength=preference.strength * (1 - blame), uses=preference.uses + 1)


def _confirmed(preference: Preference, context: str, now: datetime, policy: SelectionPolicy) -> Preference:
    return replace(
        preference,
        context=_joined(preference.context, context),
        strength=preference.strength * (1 - policy.amends) + policy.amends,
        confirmed=now,
    )


def _extended(
    preference: Preference, edit: Evidence, taught: Sequence[Aspect], grounds: Sequence[str], policy: SelectionPolicy
) -> Preference:
    return replace(
        _confirmed(preference, edit.context, edit.created, policy),
        aspects=_newest([*preference.aspects, *taught]),
        evidence=tuple(dict.fromkeys([*preference.evidence, *grounds, edit.id]))[-MAX_EVIDENCE:],
        uses=preference.uses + 1,
    )


def _founded(
    edit: Evidence, taught: tuple[Aspect, ...], used: Guidance, grounds: Sequence[str], new_id: str
) -> Preference:
    """Its evidence names the edits behind the aspects that were kept, so that undoing one of those reaches here."""
    names = {aspect.name for aspect in taught}
    kept = [source.preference for source in used.used if names & {one.name for one in source.preference.aspects}]
    inherited = dict.fromkeys(old for preference in kept for old in preference.evidence)
    return Preference(
        id=new_id,
        user_id=edit.user_id,
        created=edit.created,
        source="user",
        evidence=tuple(dict.fromkeys([*inherited, *grounds, edit.id]))[-MAX_EVIDENCE:],
        context=_joined("", edit.context),
        aspects=taught,
        confirmed=edit.created,
    )


def _joined(contexts: str, context: str) -> str:
    """The requests of a preference, oldest first, each once and cut to its first words."""
    line = " ".join(context.split()[:MAX_CONTEXT_WORDS])
    older = [other for other in contexts.splitlines() if other != line]
    return "\n".join([*older, line][-MAX_CONTEXTS:])


def _without(
    preference: Preference,
    edit_id: str,
    edits: dict[str, Evidence],
    taught: Callable[[Evidence], Sequence[Aspect]],
) -> Preference | None:
    remaining = sorted(
        (edits[other] for other in preference.evidence if other != edit_id and other in edits),
        key=lambda edit: edit.created,
    )
    names = {aspect.name for aspect in preference.aspects}
    shown = (*(aspect for edit in remaining for aspect in taught(edit)), *taught_together(remaining))
    aspects = _newest(aspect for aspect in shown if aspect.name in names)
    gone = {_joined("", edits[edit_id].context)} if edit_id in edits else set()
    gone -= {_joined("", edit.context) for edit in remaining}  # often another edit was of the same kind of request
    context = "\n".join(line for line in preference.context.splitlines() if line not in gone)
    if not aspects or not context:
        return None
    return replace(preference, aspects=aspects, context=context, evidence=tuple(edit.id for edit in remaining))
