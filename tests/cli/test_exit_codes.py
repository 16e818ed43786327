"""Each exit code means one thing, and README says which."""

from __future__ import annotations

import re

import pytest

from fangxun.cli import main
from fangxun.core.errors import Conflict, FaultyInput, FeedFault, NotFound, Refused, StoreFault
from tests.house.sources import ROOT


def documented() -> dict[int, str]:
    """Code -> meaning, as README's table has it."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (.+?) \|$", readme, re.MULTILINE)
    return {int(code): said for code, said in rows}


def test_readme_shows_the_table() -> None:
    """In the same words."""
    table = {code: meaning for _name, code, meaning in main.EXIT_CODES}
    assert documented() == table


def test_each_exit_code_has_one_meaning() -> None:
    """And each class of error one code."""
    codes = [code for _name, code, _meaning in main.EXIT_CODES]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (FaultyInput("x"), 3), (FeedFault("x"), 3), (Refused("x"), 4), (NotFound("x"), 5),
        (Conflict("x"), 6), (StoreFault("x"), 7), (PermissionError(13, "x"), 8),
        (OverflowError("x"), 9), (ZeroDivisionError("x"), 9),
    ],
)  # fmt: skip
def test_whatever_goes_wrong_ends_in_a_sentence_and_the_code_of_its_kind(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    code: int,
) -> None:
    """Also what nobody has thought of: then with what is needed to mend it."""

    def fails(*_words: object, **_more: object) -> None:
        raise error

    monkeypatch.setattr(main, "typer_command", lambda _app: fails)
    assert main.run(["who"]) == code
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "Traceback" not in said
    assert ("please report" in said) == (code == 9)
    assert (__file__ in said) == (code == 9)
