"""Keeps the catalogues in step with the sources: `make text`.

1. read every sentence that is marked in the package (`_`, `N_`) and its templates
2. bring each catalogue's .po in step: new ones without a translation, gone ones out
3. compile each .po to the .mo that ships

English needs no catalogue: its sentences are the keys.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tests.house.sources import PACKAGE, ROOT, modules, tree

DOMAIN = "fangxun"
LOCALE = PACKAGE / "text" / "locale"
LANGUAGES = ("zh_CN",)
KEYWORDS = {"_": None, "N_": None, "gettext": None}
SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
"""A catalogue's dates, always the same: the history tells when it changed."""
NOISE = (
    b'"POT-Creation-Date',
    b'"PO-Revision-Date',
    b'"Last-Translator',
    b'"Language-Team',
    b'"Report-Msgid-Bugs-To',
    b'"Generated-By',
)
"""Lines of a header that change without a reason."""


@cache
def sentences() -> dict[str, set[str]]:
    """Each marked sentence, with the files that hold it."""
    found: dict[str, set[str]] = {}
    sources = [(path, "python") for path in modules()]
    sources += [(path, "jinja2.ext:babel_extract") for path in sorted(PACKAGE.rglob("*.html"))]
    for path, method in sources:
        if method == "python":
            tree(path)  # a file that does not parse must not lose its translations
        for _line, key, _comments, _context in extract(
            method, io.BytesIO(path.read_bytes()), keywords=KEYWORDS, options={"silent": "false"}
        ):
            assert isinstance(key, str)
            if key:
                found.setdefault(key, set()).add(path.relative_to(ROOT).as_posix())
    return found


def po(language: str) -> Path:
    """Where a language's catalogue stands."""
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(language: str) -> Catalog:
    """A catalogue as it stands; an empty one where there is none yet."""
    if not po(language).exists():
        return Catalog(language, DOMAIN)
    with po(language).open("rb") as file:
        return read_po(file, language, DOMAIN)


def renewed(language: str) -> Catalog:
    """A catalogue in step with the sources, keeping the translations that there are."""
    old = read(language)
    new = Catalog(
        language, DOMAIN, header_comment="# Fangxun. Brought in step by `make text`.",
        project="fangxun", version="0.1", fuzzy=False, creation_date=SOME_DAY,
        revision_date=SOME_DAY, last_translator="", language_team="",
    )  # fmt: skip
    for sentence, where in sorted(sentences().items()):
        had = old.get(sentence)
        new.add(
            sentence, had.string if had else "", locations=[(path, 1) for path in sorted(where)]
        )
    return new


def text_of(catalog: Catalog) -> bytes:
    """A catalogue as .po: sorted, without line numbers, wrapping, dates and other noise."""
    out = io.BytesIO()
    write_po(out, catalog, width=-1, sort_output=True, include_lineno=False)
    lines = out.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(NOISE))


def compiled(catalog: Catalog) -> bytes:
    """A catalogue as .mo."""
    catalog.creation_date = catalog.revision_date = SOME_DAY
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def main() -> None:
    """Renew every catalogue, and say what still waits for a translation."""
    for language in LANGUAGES:
        catalog = renewed(language)
        path = po(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text_of(catalog))
        path.with_suffix(".mo").write_bytes(compiled(read(language)))
        waiting = [message.id for message in catalog if message.id and not message.string]
        sys.stdout.write(f"{path.relative_to(ROOT)}: {len(catalog)} sentences\n")
        for sentence in waiting:
            sys.stdout.write(f"  not translated: {sentence}\n")


if __name__ == "__main__":
    main()
