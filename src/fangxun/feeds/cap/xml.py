"""XML from strangers: no DTD, no entities, a bound on depth and on the number of elements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from fangxun.core.errors import N_, FeedFault

MOST_DEPTH = 40
MOST_ELEMENTS = 200_000

_DECLARED = re.compile(
    rb"""^<\?xml[^>]{0,80}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["'][^>]*\?>"""
)
_CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5"}
"""Encodings that the parser itself does not know."""


class _Bounded(TreeBuilder):
    """Builds the tree, and stops at a depth or size that no honest document has."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0
        self._count = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._depth += 1
        self._count += 1
        if self._depth > MOST_DEPTH:
            raise FeedFault(N_("The XML is nested deeper than {most} levels."), most=MOST_DEPTH)
        if self._count > MOST_ELEMENTS:
            raise FeedFault(N_("The XML has more than {most} elements."), most=MOST_ELEMENTS)
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def parse(body: bytes) -> Element:
    """The root element; FeedFault says what is wrong with it."""
    if not body.strip():
        raise FeedFault(N_("The answer is empty."))
    parser = DefusedXMLParser(target=_Bounded(), forbid_dtd=True)
    try:
        parser.feed(_readable(body.lstrip(b" \t\r\n")))
        root = parser.close()
    except DefusedXmlException as error:
        raise FeedFault(N_("The XML carries a DTD or entities; it is refused.")) from error
    except ParseError as error:
        line, column = error.position
        raise FeedFault(
            N_("The XML is damaged or breaks off at line {line}, column {column}."),
            line=line,
            column=column + 1,
        ) from error
    except (LookupError, ValueError, AssertionError) as error:
        raise FeedFault(N_("No well-formed XML: {why}"), why=str(error)[:200]) from error
    if not isinstance(root, Element):
        raise FeedFault(N_("No well-formed XML: {why}"), why="no element")
    return root


def _readable(body: bytes) -> bytes:
    """The bytes as they are; Chinese encodings, which expat lacks, as UTF-8."""
    declared = _DECLARED.match(body)
    codec = _CHINESE.get(declared[1].decode("ascii").lower()) if declared else None
    if declared is None or codec is None:
        return body
    text = body[declared.end() :].decode(codec, "replace")
    return text.encode("utf-8")


def local(element: Element) -> str:
    """An element's name without its namespace, which differs between versions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element, name: str) -> Iterator[Element]:
    """The direct children of a name, in whatever order and namespace they come."""
    return (child for child in element if local(child) == name)


def text(element: Element, name: str, *, most: int = 5000) -> str:
    """The text of the first child of a name that has any, bounded; "" where there is none."""
    for child in children(element, name):
        found = "".join(child.itertext()).strip()
        if found:
            return found[:most]
    return ""
