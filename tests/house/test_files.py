"""What no file of the project may hold, and how long a module may be."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.house.sources import ROOT, files, modules, name

REGISTRIES = re.compile(
    r"pypi\.(org|python)|pythonhosted\.\w|registry\.npmjs|proxy\.golang|deb\.debian|crates\.io/api"
    r"|--(extra-)?index-url[ =]"
)
MACHINE = re.compile(r"(?<![\w.])/(work|root|home/\w+|Users/\w+|opt/wheels)/")
BINARY = {".mo", ".png", ".xlsx", ".db", ".gz", ".pyc", ".ico"}
LONGEST = 400
LONGER = {
    # "module": "why it may be longer than 400 lines"
}


def lines() -> list[tuple[str, int, str]]:
    """Each line of each text file of the project."""
    return [
        (path.relative_to(ROOT).as_posix(), number, line)
        for path in files()
        if path.suffix not in BINARY
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
    ]


LOCKS = ("runtime.txt", "postgres.txt", "dev.txt")


def pinned(lock: str) -> dict[str, str]:
    """Package -> version of one lock."""
    held = (ROOT / "requirements" / lock).read_text("utf-8")
    return dict(re.findall(r"^([\w.\-]+)(?:\[[\w,]+\])?==(\S+)", held, re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_name_no_address_and_pin_every_hash(lock):
    """A lock must work behind any mirror."""
    held = (ROOT / "requirements" / lock).read_text("utf-8")
    assert "://" not in held
    for block in re.split(r"\n(?=\S)", held.strip()):
        assert re.match(r"[\w.\-]+(\[[\w,]+\])?==", block), block[:80]
        assert "--hash=sha256:" in block, block[:80]


@pytest.mark.parametrize("lock", LOCKS[1:])
def test_locks_agree(lock):
    """Two locks installed into one environment ask for the same version of what both hold."""
    for earlier in LOCKS[: LOCKS.index(lock)]:
        ours, theirs = pinned(lock), pinned(earlier)
        both = ours.keys() & theirs.keys()
        assert {name: ours[name] for name in both} == {name: theirs[name] for name in both}


def test_what_is_asked_for_is_locked():
    """pyproject.toml asks; a lock that was not made anew since would install too little."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    for lock, wanted in (
        ("runtime.txt", project["dependencies"]),
        ("postgres.txt", extras["postgres"]),
    ):
        names = {re.split(r"[\[<>=!~ ]", line, maxsplit=1)[0] for line in wanted}
        assert names <= pinned(lock).keys()


def test_no_file_names_a_package_registry():
    """Where packages come from is the installation's matter."""
    assert not [found for found in lines() if REGISTRIES.search(found[2])]


def test_no_file_names_a_path_of_one_machine():
    """A path that only its author has."""
    assert not [found for found in lines() if MACHINE.search(found[2])]


def test_a_module_fits_in_a_head():
    """Over 400 lines it does two jobs: split it, or say here why not. One that was split is taken
    off the list."""
    long = {name(p) for p in modules() if len(p.read_text("utf-8").splitlines()) > LONGEST}
    assert long == LONGER.keys()


def test_a_module_says_its_job():
    """A docstring, even where the linter would not ask for one."""
    held = {name(path): path.read_text("utf-8") for path in modules()}
    silent = [of for of, text in held.items() if text.strip() and not text.startswith('"""')]
    assert not silent


SUPPRESSION = re.compile(
    r"#\s*(?:noqa|type: ignore|pragma)(: [A-Z]+\d+(?:, ?[A-Z]+\d+)*|\[[a-z,-]+\]|: no cover)?"
)


def test_each_suppression_names_its_rule_and_carries_its_reason() -> None:
    """Behind it, on the same line; a bare one is a fault that nobody can weigh."""
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in modules() + sorted((ROOT / "tests").rglob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if (found := SUPPRESSION.search(line))
        and (found[1] is None or len(line[found.end() :].strip(" #")) < len("why"))
    ]
    assert not bare
