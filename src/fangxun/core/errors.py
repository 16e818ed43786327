"""The one exception tree.

    FangxunError
    ├── FaultyInput      a value from outside is not what was expected
    │   ├── DistrictFault    lines of a district folder, each with file:line
    │   │   └── SheetFault       cells of an office's own table, each by its name
    │   ├── ConfigFault      fangxun.toml, environment, secrets
    │   └── FeedFault        what a feed served could not be read
    ├── NotFound         no such person, place, page, incident ...
    ├── Refused          understood, and against a rule of the house
    ├── Conflict         somebody else was there first
    └── StoreFault       the database cannot be used as it is

Each carries a template (an English sentence marked for the catalogue) and its fields, so that the
shell can say it in the user's language. The sentence tells what happened, where, and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass


def N_(template: str) -> str:  # noqa: N802  gettext's own name for a marker
    """Mark a sentence for the catalogue; returned as it is."""
    return template


class FangxunError(Exception):
    """Anything that a user must be told."""

    def __init__(self, template: str, **fields: object) -> None:
        """Keep the template beside its fields; `str()` is the English sentence."""
        self.template = template
        self.fields = fields
        super().__init__(template.format(**fields))


class FaultyInput(FangxunError):
    """A value from outside is not what was expected."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that stands in a field of another; the shell says both in the user's language."""

    template: str
    fields: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        """English, for logs."""
        return self.template.format(**dict(self.fields))


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a district folder: `where` is "file:line" or "file", in the folder."""

    where: str
    template: str
    fields: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        """English, for logs; the shell says it in the user's language."""
        return f"{self.where}: {self.template.format(**dict(self.fields))}"


class DistrictFault(FaultyInput):
    """A district folder has faults; none of it was applied."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """`faults` in the order of file and line."""
        self.faults = faults
        super().__init__(
            N_("The district folder has {count} faults; nothing was applied."), count=len(faults)
        )


class SheetFault(DistrictFault):
    """An office's table has cells that nobody could read; none of it was taken over."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """`faults` in the order of sheet and cell."""
        super().__init__(faults)
        self.template = N_("The table has {count} faults; nothing of it was taken over.")


class ConfigFault(FaultyInput):
    """fangxun.toml, the environment or a secret is missing or wrong."""


class FeedFault(FaultyInput):
    """What a feed served could not be read."""


class NotFound(FangxunError):
    """No such person, place, post, page, incident or feed."""


class Refused(FangxunError):
    """The command was understood, and a rule of the house forbids it now."""


class Conflict(FangxunError):
    """Somebody else changed the same thing first."""


class StoreFault(FangxunError):
    """The database cannot be used as it is."""
