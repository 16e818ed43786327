"""Documents do not drift: what they tell to type exists, and the traps they list are tested."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator

import typer

from tests.house.sources import ROOT, tree

DOCUMENTS = [
    path
    for path in sorted(
        [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").glob("*.md")]
    )
    if path.is_file()
]
UNITS = [*sorted((ROOT / "deploy").glob("*.service")), ROOT / "deploy" / "Containerfile"]
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


def told() -> Iterator[tuple[str, list[str]]]:
    """What each document and each unit says after `fangxun`, up to what belongs to the sentence."""
    for where, words in commands():
        calls = [i for i, word in enumerate(words) if word.endswith("/bin/fangxun")]
        if calls or words[0] == "fangxun":
            yield where, words[calls[-1] + 1 if calls else 1 :]
    for path in DOCUMENTS:
        for inline in re.findall(r"`(?:\S*/)?fangxun ([^`]+)`", path.read_text("utf-8")):
            yield path.relative_to(ROOT).as_posix(), inline.replace("|", " ").split()
    for path in UNITS:
        for call in re.findall(r"/bin/fangxun ([^'\n]+)", path.read_text("utf-8")):
            yield path.relative_to(ROOT).as_posix(), call.split()


def test_the_commands_in_documents_exist():
    """Each command, its verb and its options, wherever a reader is told to type them."""
    from fangxun.cli import main  # noqa: PLC0415  only this test needs the commands

    top = main.typer_command(main.app)
    context = typer.Context(top)
    for where, words in told():
        if not words or words[0].startswith("-"):
            continue
        found = top.get_command(context, words[0])
        assert found is not None, (where, words)
        group = typer.Context(found)
        verb = getattr(found, "get_command", lambda *_: None)(group, (words[1:] or [""])[0])
        if verb is not None and len(words) > 2:  # a group within the group
            inner = getattr(verb, "get_command", lambda *_: None)(typer.Context(verb), words[2])
            verb = inner or verb
        options = {o for p in (verb or found).params for o in (*p.opts, *p.secondary_opts)}
        if getattr(found, "commands", None) and len(words) > 1 and words[1].isascii():
            assert verb is not None or words[1].startswith("-"), (where, words)
        used = {word.partition("=")[0] for word in words if re.match(r"--\w", word)}
        assert used <= {*options, "--help"}, (where, words)


def test_links_between_documents_lead_somewhere():
    broken = [
        (path.name, target)
        for path in DOCUMENTS
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
        if not (path.parent / target).exists()
    ]
    assert not broken


def test_traps():
    """Each row `| trap | test |` of docs/traps.md is there once, and names test functions that
    exist in the files that it names."""
    tests = {
        (path.relative_to(ROOT).as_posix(), node.name)
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
    }
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in TRAPS.read_text("utf-8").splitlines()
        if line.startswith("|") and not set(line) <= set("|-: ")
    ]
    rows = [row for row in rows if row != ["trap", "test"]]
    assert rows
    said = [row[0] for row in rows]
    assert not [trap for trap in said if said.count(trap) > 1]
    for trap, tested in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", tested)
        assert named, trap
        assert not [pair for pair in named if pair not in tests], trap
        assert len(set(named)) == len(named), trap


def test_a_test_is_the_first_witness_of_one_trap_only():
    """The first test of a row is the one to read: two traps with the same one are the same trap."""
    rows = re.findall(r"^\| .+? \| `(\S+?)`", TRAPS.read_text("utf-8"), re.MULTILINE)
    assert not {test for test in rows if rows.count(test) > 1}


def test_the_architecture_names_every_room_and_the_steps_in_their_order():
    """A newcomer reads it as true."""
    from fangxun.engine.cycle import STEPS  # noqa: PLC0415  only this test needs the engine

    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    rooms = {path.stem for path in (ROOT / "src" / "fangxun").iterdir() if path.suffix != ".typed"}
    named = set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (.+?) \|", text, re.MULTILINE))))
    assert {room for room in rooms if not room.startswith("__")} == named
    assert ", ".join(name for name, _step in STEPS) in " ".join(text.split())
