"""Line numbers of TOML keys agree with what tomllib reads."""

from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from fangxun import district
from fangxun.district.faults import Faults
from fangxun.district.structure import read_structure
from fangxun.district.toml_lines import Path, line_index

HARD = '''# a comment with [brackets] and "quotes
title = "a # b ] }"   # not = a key
"quoted key" = 'x\\'
'a.b' = 1
c.d."e f" = 2026-01-01 08:00:00
multi = """
[not.a.table]
x = 1 \\""" still
""""
raw = \'\'\'
[[nor this]]\'\'\'
list = [
  1, # one ]
  [2, 3],
  { p = "}", q = [4] },
]
[table . sub]
k = { a.b = 1, c = {} }
[[many]]
id = "first"
[[many.below]]
x = 1
[many.below.deep]
y = 1
[[many]]
id = "second"
empty = []
'''


def paths(value: object, path: Path = ()) -> set[Path]:
    """Every path of a document as tomllib has read it."""
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = enumerate(value)
    else:
        return set()
    found: set[Path] = set()
    for key, below in pairs:
        found |= {(*path, key)} | paths(below, (*path, key))
    return found


def test_a_hard_document_is_walked_to_its_end() -> None:
    """Strings of four kinds, comments, dotted keys, inline tables, arrays of tables."""
    lines = line_index(HARD)
    assert set(lines) == paths(tomllib.loads(HARD))
    assert lines["c", "d", "e f"] == 5
    assert lines["raw",] == 10
    assert lines["list", 2, "q"] == 15
    assert lines["table", "sub", "k", "a", "b"] == 18
    assert lines["many", 0, "below", 0, "deep", "y"] == 24
    assert lines["many", 1, "id"] == 26


def test_carriage_returns_do_not_count() -> None:
    """A file with CRLF has the same lines."""
    assert line_index(HARD.replace("\n", "\r\n")) == line_index(HARD)


def test_the_examples_are_walked_to_their_end() -> None:
    """Each structure file of the example and the template."""
    for folder in (district.example_path(), district.template_path()):
        for file in folder.glob("*.toml"):
            text = file.read_text(encoding="utf-8")
            assert set(line_index(text)) == paths(tomllib.loads(text)), file.name


WORDS = (
    "a", "b", '"', '"""', "'", "'''", "[", "[[", "]", "]]", "{", "}", "=", ",", ".", "#", "\n",
    " ", "1", "\\", "\r\n", "true", "2026-01-01", '"x"', "'y'", "a=1\n", "[t]\n", "[[t]]\n",
)  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=25).map("".join))
def test_any_document_is_walked_or_refused(text: str) -> None:
    """Where tomllib reads a document, every path has a line; where not, a fault says so."""
    faults = Faults()
    node = read_structure("x.toml", text, faults)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        assert node is None
        return
    lines = line_index(text)
    assert set(lines) == paths(data)
    assert all(1 <= line <= text.count("\n") + 1 for line in lines.values())


def test_nesting_without_end_is_a_fault() -> None:
    """A thousand brackets exhaust no stack."""
    faults = Faults()
    assert read_structure("x.toml", "a = " + "[" * 5000 + "]" * 5000, faults) is None
    assert read_structure("x.toml", "a = " + "{a=" * 5000 + "1" + "}" * 5000, faults) is None


def test_a_number_without_end_is_no_trouble() -> None:
    """Ten thousand hexadecimal digits: read, and shown shortened."""
    faults = Faults()
    node = read_structure("x.toml", f"a = 0x{'f' * 10_000}", faults)
    assert node is not None
    node.number("a", (0, 1))
    assert not node.ok
