"""Reads a [[gateway]]'s own settings into the adapter's dataclass; a fault names the field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from fangxun.core.errors import N_, ConfigFault, Said

T = TypeVar("T")

Secret = Callable[[str], str]
"""Turns "env:NAME", "file:PATH" or "credential:NAME" into what it stands for."""


def read_settings(kind: type[T], name: str, found: Mapping[str, object]) -> T:
    """A dataclass from what fangxun.toml holds; unknown fields and wrong types are faults."""
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415  20 MB; only where used

    from fangxun import config  # noqa: PLC0415  as heavy

    try:
        return TypeAdapter(kind).validate_python({"name": name, **found})
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise _fault(name, field, config.why(first)) from error


def fault(name: str, field: str, why: str, **fields: object) -> ConfigFault:
    """A setting is wrong; `why` is a short reason, marked for the catalogue."""
    return _fault(name, field, Said(why, tuple(fields.items())))


def _fault(name: str, field: str, why: Said) -> ConfigFault:
    return ConfigFault(N_("gateway {name}: {field}: {why}"), name=name, field=field, why=why)
