"""What is remembered of each document between polls, packed into feeds.base.Memory.seen."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

Key = tuple[str, str]
"""(sender, identifier)"""


@dataclass(frozen=True, slots=True)
class Known:
    """A document that was read. `stamp` is the index's word for its version, `etag`,
    `last_modified` and `digest` the server's and ours; `keys` the warnings in it. `bad`: it cannot
    be read as it is, which was noted once."""

    stamp: str = ""
    etag: str = ""
    last_modified: str = ""
    digest: str = ""
    keys: tuple[Key, ...] = ()
    bad: bool = False


def pack(known: Iterable[tuple[str, Known]]) -> tuple[tuple[str, str], ...]:
    """As (URL, text), in order."""
    return tuple(
        (
            url,
            json.dumps(
                [k.stamp, k.etag, k.last_modified, k.digest, k.bad, k.keys],
                ensure_ascii=False,
                separators=(",", ":"),
            ),
        )
        for url, k in known
    )


def unpack(seen: Iterable[tuple[str, str]]) -> dict[str, Known]:
    """What `pack` made; anything else is forgotten, and so is read again."""
    found: dict[str, Known] = {}
    for url, packed in seen:
        try:
            stamp, etag, last_modified, digest, bad, keys = json.loads(packed)
            found[url] = Known(
                stamp=str(stamp),
                etag=str(etag),
                last_modified=str(last_modified),
                digest=str(digest),
                keys=tuple((str(sender), str(identifier)) for sender, identifier in keys),
                bad=bool(bad),
            )
        except (ValueError, TypeError):
            continue
    return found
