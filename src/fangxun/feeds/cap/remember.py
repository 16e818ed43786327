"""What is remembered of each document between polls, packed into feeds.base.Memory.seen."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

Key = tuple[str, str]
"""(sender, identifier)"""


class Trouble(StrEnum):
    """Why what a document says now is not known."""

    NONE = ""
    """It is known."""
    LATE = "late"
    """Nobody answered, or the server said that it was at fault: it is asked for in each poll."""
    REFUSED = "refused"
    """The server does not give it to us: it is asked for in each poll."""
    BAD = "bad"
    """It came and is no warning: looked at again like one that is."""
    ELSEWHERE = "elsewhere"
    """It lies on a host that the settings do not allow, and is not asked for."""


@dataclass(frozen=True, slots=True)
class Known:
    """A document that was asked for. `stamp` is the index's word for its version, `etag`,
    `last_modified` and `digest` the server's and ours; `keys` the warnings in it, `live` how many
    of them end nothing, `placed` whether one of these says where. `why` tells of its trouble."""

    stamp: str = ""
    etag: str = ""
    last_modified: str = ""
    digest: str = ""
    keys: tuple[Key, ...] = ()
    live: int = 0
    placed: bool = False
    trouble: Trouble = Trouble.NONE
    why: str = ""


def pack(known: Iterable[tuple[str, Known]]) -> tuple[tuple[str, str], ...]:
    """As (URL, text), in order."""
    return tuple(
        (
            url,
            json.dumps(
                [k.stamp, k.etag, k.last_modified, k.digest, k.keys, k.live, k.placed, k.trouble,
                 k.why],
                ensure_ascii=False,
                separators=(",", ":"),
            ),
        )
        for url, k in known
    )  # fmt: skip


def unpack(seen: Iterable[tuple[str, str]]) -> dict[str, Known]:
    """What `pack` made; anything else is forgotten, and so is read again."""
    found: dict[str, Known] = {}
    for url, packed in seen:
        try:
            stamp, etag, last_modified, digest, keys, live, placed, trouble, why = json.loads(
                packed
            )
            found[url] = Known(
                stamp=str(stamp),
                etag=str(etag),
                last_modified=str(last_modified),
                digest=str(digest),
                keys=tuple((str(sender), str(identifier)) for sender, identifier in keys),
                live=int(live),
                placed=bool(placed),
                trouble=Trouble(trouble),
                why=str(why),
            )
        except (ValueError, TypeError):
            continue
    return found
