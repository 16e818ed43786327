"""What a check of a drill finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that must not be: a sentence for the reader, and its fields."""

    template: str
    fields: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        """In English, for tests and logs."""
        return self.template.format(**dict(self.fields))


def violation(template: str, **fields: object) -> Violation:
    """One violation."""
    return Violation(template, tuple(fields.items()))
