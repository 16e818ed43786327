"""Officials responsible for a town or hazard site, with their deputies (AB角)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

FICTIONAL = "+8610000000"
"""+86 100 0000 0xxx rings nobody: examples and drills use it, every real gateway refuses it."""

_FICTIONAL_LENGTH = len(FICTIONAL) + 3
_SHORT = 8


@dataclass(frozen=True, slots=True)
class Phone:
    """A number in E.164; which channels it can take. `invalid`: texts to it have failed for good,
    `invalid_voice`: calls, each until somebody mends it. A landline refuses texts and rings."""

    number: str
    sms: bool = True
    voice: bool = True
    invalid: bool = False
    invalid_voice: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the district. `account` is the operating-system account that acts as him."""

    id: str
    name: str
    unit: str
    title: str = ""
    phones: tuple[Phone, ...] = ()
    account: str = ""
    language: str = ""
    email: str = ""
    """Where notices go that no text can carry; "" where he has none."""


@dataclass(frozen=True, slots=True)
class Official:
    """The person answerable for a place by name (A), and the deputy (B)."""

    place: str
    person: str
    deputy: str | None = None


def deputies(officials: Iterable[Official]) -> dict[tuple[str, str], str]:
    """(place, person) -> the B who stands for him there; those without a B are left out."""
    return {
        (official.place, official.person): official.deputy
        for official in officials
        if official.deputy is not None
    }


def fictional(number: str) -> bool:
    """Whether an E.164 number is one of +86 100 0000 0xxx."""
    return (
        len(number) == _FICTIONAL_LENGTH
        and number.startswith(FICTIONAL)
        and number[1:].isascii()
        and number[1:].isdigit()
    )


def e164(written: str) -> str:
    """A number as a provider writes it, as we keep it: a plus and its digits."""
    return f"+{''.join(char for char in written if char.isdigit())}"


def mask(number: str) -> str:
    """The number as logs and listings may show it: "+86100****0123"; short ones keep two digits."""
    if len(number) <= _SHORT:
        return "*" * max(0, len(number) - 2) + number[-2:]
    kept = min(6, len(number) - 4 - 2)
    return number[:kept] + "****" + number[-4:]
