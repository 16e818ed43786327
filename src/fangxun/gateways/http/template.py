"""Filling templates in, reading answers by path, and the times and numbers of platforms."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fangxun.core.wording import Registered

_WORD = re.compile(r"\{(\w+(?::\w+)?)\}")
_COMPACT = re.compile(r"\d{14}")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")
_MILLISECONDS = 13
_LONGEST_NATIONAL = 11
"""Digits of a number in mainland China without its leading 0; what is longer has a prefix."""


def names_in(template: object) -> Iterator[str]:
    """All {words} in a template, which may be nested."""
    if isinstance(template, str):
        yield from _WORD.findall(template)
    elif isinstance(template, Mapping):
        for value in template.values():
            yield from names_in(value)
    elif isinstance(template, list | tuple):
        for value in template:
            yield from names_in(value)


def fill(template: Any, values: Mapping[str, Any], *, whole: bool = False) -> Any:  # noqa: ANN401  any JSON
    """The template with its {words} filled in, each text as a whole: nothing needs quoting.

    `whole`: a list or an object that is all of a text stands there as itself, else as its JSON.
    """
    if isinstance(template, str):
        word = _WORD.fullmatch(template)
        if whole and word is not None:
            return values[word[1]]
        return _WORD.sub(lambda word: _text(values[word[1]]), template)
    if isinstance(template, Mapping):
        return {key: fill(value, values, whole=whole) for key, value in template.items()}
    if isinstance(template, list | tuple):
        return [fill(value, values, whole=whole) for value in template]
    return template


def fill_url(template: str, values: Mapping[str, Any]) -> str:
    """As `fill`, with what is filled in quoted."""
    return _WORD.sub(lambda word: quote(_text(values[word[1]]), safe=""), template)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def template_values(template: Registered | None) -> dict[str, Any]:
    """The words of a registered template: its id, and its values as a list in its order and as an
    object by field, both also as text where JSON is wanted inside JSON."""
    params = template.params if template is not None else ()
    listed, named = [value for _name, value in params], dict(params)
    return {
        "template_id": template.id if template is not None else "",
        "params": listed,
        "params:named": named,
        "params:text": _text(listed),
        "params:named_text": _text(named),
    }


def pick(value: Any, path: str) -> Any:  # noqa: ANN401  any JSON
    """The value at a path such as "data.0.taskId"; None where it leads nowhere."""
    for part in path.split(".") if path else ():
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def words(value: Any, path: str) -> str:  # noqa: ANN401  any JSON
    """The text or number at a path; "" where there is none. Never what `path` "" would give."""
    found = pick(value, path) if path else None
    if isinstance(found, bool):
        return str(found).lower()
    return str(found) if isinstance(found, str | int | float) else ""


def items_in(value: Any, path: str) -> list[Any]:  # noqa: ANN401  any JSON
    """The items at a path: a list, or a single one."""
    found = pick(value, path)
    if isinstance(found, list):
        return [item for item in found if isinstance(item, Mapping)]
    return [found] if isinstance(found, Mapping) else []


def read_time(text: str, zone: ZoneInfo) -> datetime | None:
    """An instant in UTC: ISO, compact, or seconds since 1970; None where it is not understood."""
    try:
        if _COMPACT.fullmatch(text):
            at = datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=zone)
        elif _EPOCH.fullmatch(text):
            seconds = int(text) / (1000 if len(text) == _MILLISECONDS else 1)
            at = datetime.fromtimestamp(seconds, UTC)
        else:
            at = datetime.fromisoformat(text.strip().replace("/", "-"))
    except (ValueError, OverflowError, OSError):
        return None
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def e164(number: str, country: str) -> str:
    """A platform's number as ours: national numbers get the country's prefix."""
    digits = re.sub(r"[\s()-]", "", number)
    if digits.startswith("+"):
        return digits
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    bare = digits.lstrip("0")
    if len(bare) > _LONGEST_NATIONAL or not bare.isdigit():
        return f"+{bare}"
    return f"+{country}{bare}"


def national(number: str, country: str) -> str:
    """Our number as the platform takes it: without the country's prefix, or with 00 before it."""
    prefix = f"+{country}"
    return number.removeprefix(prefix) if number.startswith(prefix) else f"00{number[1:]}"
