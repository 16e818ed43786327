"""Documents do not drift: what they tell to type exists, and the traps they list are tested."""

from __future__ import annotations

import ast
import re
import shlex

import pytest

from tests.house.sources import ROOT, tree

DOCUMENTS = [
    path for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]) if path.is_file()
]
TRAPS = ROOT / "docs" / "traps.md"


def commands() -> list[tuple[str, list[str]]]:
    """Each `$ ...` line of each ```console block, with its document."""
    found: list[tuple[str, list[str]]] = []
    for path in DOCUMENTS:
        for block in re.findall(
            r"^```console\n(.*?)^```", path.read_text("utf-8"), re.DOTALL | re.MULTILINE
        ):
            for line in re.findall(r"^\$ (.+)$", block, re.MULTILINE):
                for part in re.split(r"&&|\|", line):
                    words = shlex.split(part, comments=True)
                    if words:
                        found.append((path.relative_to(ROOT).as_posix(), words))
    return found


def targets() -> set[str]:
    """What `make` can make."""
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def test_each_target_has_a_line_of_help():
    """`make help` tells of every target."""
    told = set(re.findall(r"^([a-z]+):.*?##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert targets() == told | {"help"}


def test_the_targets_in_documents_exist():
    named = {(where, words[1]) for where, words in commands() if words[0] == "make" and words[1:]}
    assert not {(where, target) for where, target in named if target not in targets()}


def test_the_commands_in_documents_exist():
    from fangxun.cli.main import COMMANDS  # noqa: PLC0415  only this test needs the commands

    named = {
        (where, words[1])
        for where, words in commands()
        if words[0].rpartition("/")[2] == "fangxun" and words[1:] and not words[1].startswith("-")
    }
    assert not {(where, command) for where, command in named if command not in COMMANDS}


def test_links_between_documents_lead_somewhere():
    broken = [
        (path.name, target)
        for path in DOCUMENTS
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
        if not (path.parent / target).exists()
    ]
    assert not broken


def test_traps():
    """Each row `| trap | test |` of docs/traps.md names test functions that exist."""
    if not TRAPS.exists():
        pytest.skip("docs/traps.md is not written yet")
    tests = {
        node.name
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
    }
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in TRAPS.read_text("utf-8").splitlines()
        if line.startswith("|") and not set(line) <= set("|-: ")
    ][1:]
    assert rows
    for row in rows:
        named = re.findall(r"\btest_\w+(?!\.py)\b", row[-1])
        named = [word for word in named if f"{word}.py" not in row[-1]]
        assert named, row[0]
        assert set(named) <= tests, (row[0], sorted(set(named) - tests))
