"""The catalogues: what a user reads, in his language.

English sentences are the keys; `locale/zh_CN` holds the Chinese ones. `install` must run before
typer and click are imported, so that their own words ("Usage:", "Options") come from here, too.
"""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path

from fangxun.core.errors import DistrictFault, FangxunError, Said

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "fangxun"
LANGUAGES = ("zh_CN", "en")


def choose_language(environ: Mapping[str, str], district_language: str = "") -> str:
    """FANGXUN_LANG, then the district's language (as `cli.glance` finds it), then LANG; English
    where none is known."""
    for wanted in (environ.get("FANGXUN_LANG", ""), district_language, environ.get("LANG", "")):
        if wanted.lower().startswith("zh"):
            return "zh_CN"
        if wanted.lower().startswith("en"):
            return "en"
    return "en"


_WORDS_OF_OURS = re.compile(r"[a-z]+(_[a-z]+)+")
_spoken: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def install(language: str) -> None:
    """Make a language the process's own, for `_` and for typer's words."""
    global _spoken, _language  # noqa: PLW0603  one process speaks one language, as gettext has it
    gettext.bindtextdomain(DOMAIN, LOCALE)
    gettext.textdomain(DOMAIN)
    _language = language
    os.environ["LANGUAGE"] = language  # what gettext reads when typer asks it
    _spoken = gettext.translation(DOMAIN, LOCALE, [language], fallback=True)
    _language = language


def spoken() -> str:
    """The language of the process, for texts that stand in no catalogue."""
    return _language


def _(template: str) -> str:
    """The sentence in the language of the process; English before `install`. The English of a word
    that the program itself uses ("page_confirmed") is that word, as people write it."""
    said = _spoken.gettext(template) if template else ""
    return said.replace("_", " ") if _WORDS_OF_OURS.fullmatch(said) else said


def language() -> str:
    """The language that the process speaks; English before `install`."""
    return _language


def translator(language: str) -> Callable[[str], str]:
    """A `_` for one language, whatever the process speaks."""
    return gettext.translation(DOMAIN, LOCALE, [language], fallback=True).gettext


def say(error: FangxunError) -> str:
    """An error in the user's language; a district folder's faults a line each, with file:line."""
    head = sentence(error.template, error.fields)
    if not isinstance(error, DistrictFault):
        return head
    lines = [f"{f.where}: {sentence(f.template, dict(f.fields))}" for f in error.faults]
    return "\n".join([*lines, head])


def sentence(template: str, fields: Mapping[str, object]) -> str:
    """A template with its fields, each said in the language, too: a member of an enum as the word
    that it stands for, a sentence within the sentence, what the machine would not do."""
    return _(template).format(**{name: _told(value) for name, value in fields.items()})


def _told(value: object) -> object:
    if isinstance(value, StrEnum):
        return _(value.value)
    if isinstance(value, Said):
        return sentence(value.template, dict(value.fields))
    if isinstance(value, FangxunError):
        return say(value)
    if isinstance(value, (OSError, str)):
        from fangxun.text import machine  # noqa: PLC0415  a table; most commands end without a fault

        return machine.said(str(value))
    return value
