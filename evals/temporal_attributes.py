"""What changes in the lives of the generated people, and how it is told and asked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["ATTRIBUTES", "Attribute"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """Something about a person that changes. `{p}` is the person, `{s}` the person's ("Ana's"), `{v}` the value."""

    statements: Sequence[str]
    values: Sequence[str]
    present: str
    past: str
    noun: str
    event: str
    """How the beginning of a version is told ("moved to {v}")."""


ATTRIBUTES = (
    Attribute(
        statements=("{p} lives in {v}.", "{p} moved to {v} to live there.", "{s} home town is {v}."),
        values=(
            "Porto",
            "Oslo",
            "Kyoto",
            "Boston",
            "Lima",
            "Cairo",
            "Ghent",
            "Perth",
            "Quito",
            "Turin",
            "Delhi",
            "Bergen",
        ),
        present="where do {p} live",
        past="where did {p} live",
        noun="home town",
        event="moved to {v}",
    ),
    Attribute(
        statements=("{p} has a job as a {v}.", "{p} works as a {v}, a new job.", "{s} job is {v}."),
        values=(
            "nurse",
            "welder",
            "teacher",
            "pilot",
            "baker",
            "lawyer",
            "chemist",
            "plumber",
            "editor",
            "florist",
            "tailor",
            "surveyor",
        ),
        present="what is {s} job",
        past="what was {s} job",
        noun="job",
        event="became a {v}",
    ),
    Attribute(
        statements=("{p} drives a {v} car.", "{s} car is a {v}.", "{p} has a {v} as a car."),
        values=("Volvo", "Fiat", "Honda", "Mazda", "Skoda", "Tesla", "Dacia", "Jeep", "Lexus", "Opel", "Saab", "Kia"),
        present="which car do {p} drive",
        past="which car did {p} drive",
        noun="car",
        event="bought the {v}",
    ),
    Attribute(
        statements=("{s} doctor is Dr {v}.", "{p} sees Dr {v} as family doctor.", "Dr {v} is {s} doctor."),
        values=(
            "Hale",
            "Okafor",
            "Lindt",
            "Moreau",
            "Petrov",
            "Sato",
            "Weiss",
            "Amara",
            "Byrne",
            "Costa",
            "Dunne",
            "Ekström",
        ),
        present="who is {s} doctor",
        past="who was {s} doctor",
        noun="doctor",
        event="switched to Dr {v}",
    ),
    Attribute(
        statements=(
            "{p} is learning {v}, a new language.",
            "{p} takes a language course in {v}.",
            "{p} studies the {v} language.",
        ),
        values=(
            "Polish",
            "Korean",
            "Dutch",
            "Arabic",
            "Greek",
            "Turkish",
            "Hindi",
            "Danish",
            "Swahili",
            "Czech",
            "Welsh",
            "Thai",
        ),
        present="which language do {p} learn",
        past="which language did {p} learn",
        noun="language course",
        event="started to learn {v}",
    ),
    Attribute(
        statements=("{p} plays {v}, a sport, in a club.", "{s} sport is {v}.", "{p} trains {v} as a sport every week."),
        values=(
            "tennis",
            "rugby",
            "judo",
            "hockey",
            "squash",
            "fencing",
            "rowing",
            "badminton",
            "handball",
            "archery",
            "karate",
            "curling",
        ),
        present="which sport do {p} play",
        past="which sport did {p} play",
        noun="sport",
        event="joined the {v} club",
    ),
    Attribute(
        statements=("{p} uses {v} as a bank.", "{s} bank is {v}.", "{p} has an account at {v} bank."),
        values=(
            "Nordia",
            "Crestline",
            "Halcyon",
            "Unita",
            "Ostara",
            "Verity",
            "Mercia",
            "Solent",
            "Pamplin",
            "Arden",
            "Kestrel",
            "Lombard",
        ),
        present="which bank do {p} use",
        past="which bank did {p} use",
        noun="bank",
        event="opened an account at {v}",
    ),
    Attribute(
        statements=("{p} uses a {v} phone.", "{s} phone is a {v}.", "{p} carries a {v} phone."),
        values=(
            "Pixel",
            "Galaxy",
            "Nokia",
            "Xperia",
            "OnePlus",
            "Fairphone",
            "Motorola",
            "Huawei",
            "Realme",
            "Zenfone",
            "Honor",
            "BlackBerry",
        ),
        present="which phone do {p} have",
        past="which phone did {p} have",
        noun="phone",
        event="got the {v} phone",
    ),
    Attribute(
        statements=("{s} manager is {v}.", "{p} reports to a manager called {v}.", "{v} is {s} manager."),
        values=(
            "Ingrid",
            "Marlon",
            "Beatrix",
            "Hugo",
            "Yara",
            "Felix",
            "Greta",
            "Omar",
            "Petra",
            "Silas",
            "Una",
            "Viktor",
        ),
        present="who is {s} manager",
        past="who was {s} manager",
        noun="manager",
        event="began to report to {v}",
    ),
    Attribute(
        statements=(
            "{p} reads the magazine {v} every week.",
            "{p} subscribes to {v} magazine.",
            "{s} magazine is {v}.",
        ),
        values=(
            "Nature",
            "Wired",
            "Vogue",
            "Monocle",
            "Time",
            "Wallpaper",
            "Apollo",
            "Frieze",
            "Granta",
            "Kinfolk",
            "Tatler",
            "Uncut",
        ),
        present="which magazine do {p} read",
        past="which magazine did {p} read",
        noun="magazine",
        event="subscribed to {v}",
    ),
)
