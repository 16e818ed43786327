"""The catalogues: what a user reads, in his language.

English sentences are the keys; `locale/zh_CN` holds the Chinese ones. `install` must run before
typer and click are imported, so that their own words ("Usage:", "Options") come from here, too.
"""

from __future__ import annotations

import gettext
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path

from fangxun.core.errors import DistrictFault, FangxunError

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "fangxun"
LANGUAGES = ("zh_CN", "en")


def choose_language(environ: Mapping[str, str], district_language: str = "") -> str:
    """FANGXUN_LANG, then the district's language, then LANG; English where none is known."""
    for wanted in (environ.get("FANGXUN_LANG", ""), district_language, environ.get("LANG", "")):
        if wanted.lower().startswith("zh"):
            return "zh_CN"
        if wanted.lower().startswith("en"):
            return "en"
    return "en"


def district_language(environ: Mapping[str, str]) -> str:
    """The language of the installation, from fangxun.toml or, where it is silent, the
    environment; read without checks, "" if none."""
    path = Path(environ.get("FANGXUN_CONFIG", "fangxun.toml"))
    try:
        with path.open("rb") as file:
            written = tomllib.load(file).get("language")
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        written = None  # config.load says what is wrong with it
    return str(written or environ.get("FANGXUN_CONF_LANGUAGE", ""))


_WORDS_OF_OURS = re.compile(r"[a-z]+(_[a-z]+)+")
_spoken: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def install(language: str) -> None:
    """Make a language the process's own, for `_` and for typer's words."""
    global _spoken, _language  # noqa: PLW0603  one process speaks one language, as gettext itself has it
    gettext.bindtextdomain(DOMAIN, LOCALE)
    gettext.textdomain(DOMAIN)
    _language = language
    os.environ["LANGUAGE"] = language  # what gettext reads when typer asks it
    _spoken = gettext.translation(DOMAIN, LOCALE, [language], fallback=True)


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
    """A template with its fields; a member of an enum is said as the word that it stands for."""
    said = {
        name: _(value.value) if isinstance(value, StrEnum) else value
        for name, value in fields.items()
    }
    return _(template).format(**said)
