"""What the commands print or offer as help goes through the catalogue."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.sources import PACKAGE, modules, name, tree

SPEAKERS = {"echo", "secho", "print", "prompt", "confirm"}
WORDS = re.compile(r"[^\W\d_]{2,}")
OURS = re.compile(r"^(fangxun|cd|[\w.-]+\.(toml|csv|json|svg)|--?[a-z-]+)$")


def literals(node: ast.expr) -> Iterator[ast.Constant]:
    """The literal texts of an expression that no call stands around; `_("...")` is a call."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node
    elif isinstance(node, ast.JoinedStr):
        yield from (part for part in node.values if isinstance(part, ast.Constant))
    elif isinstance(node, (ast.BinOp, ast.IfExp)):
        sides = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.body, node.orelse)
        for side in sides:
            yield from literals(side)


def spoken(call: ast.Call) -> Iterator[ast.expr]:
    """What a call would show to a user."""
    called = (
        call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    )
    if called in SPEAKERS:
        yield from call.args[:1]
    yield from (word.value for word in call.keywords if word.arg in {"help", "epilog"})


def bare(module: ast.Module) -> list[tuple[int, str]]:
    """Line and text of each literal with words in it that skips the catalogue."""
    return [
        (text.lineno, text.value)
        for call in ast.walk(module)
        if isinstance(call, ast.Call)
        for shown in spoken(call)
        for text in literals(shown)
        if isinstance(text.value, str)
        and WORDS.search(text.value)
        and not all(OURS.match(word) for word in text.value.split())
    ]


@pytest.mark.parametrize(
    "path", [p for p in modules() if p.is_relative_to(PACKAGE / "cli")], ids=name
)
def test_a_command_says_nothing_past_the_catalogue(path):
    assert bare(tree(path)) == []


def test_the_check_sees_a_bare_text():
    assert bare(ast.parse("typer.echo(f'done {x}')\ntyper.Option(help='Why')")) == [
        (1, "done "),
        (2, "Why"),
    ]


def test_the_check_lets_marked_texts_pass():
    assert bare(ast.parse("echo(_('done')); echo(f'{a}: {b}'); echo('fangxun --version')")) == []
