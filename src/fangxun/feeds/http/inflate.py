"""Inflate a body within a bound: a megabyte of gzip can hold a gigabyte of zeros."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

_GZIP_OR_ZLIB = 47
_RAW_DEFLATE = -15


def inflate(raw: Iterable[bytes], encoding: str, *, most: int) -> Iterator[bytes]:
    """The body's bytes, at most about `most` + 64 KiB of them whatever they inflate to.

    Raises zlib.error or EOFError for a damaged or cut-off body.
    """
    match encoding.strip().lower():
        case "" | "identity":
            yield from raw
        case "gzip" | "x-gzip" | "deflate":
            yield from _inflated(raw, most)
        case other:
            raise zlib.error(f"unknown Content-Encoding {other[:40]}")


def _inflated(raw: Iterable[bytes], most: int) -> Iterator[bytes]:
    """Gzip (of several members, too), zlib, or the bare deflate that some servers send."""
    machine = zlib.decompressobj(_GZIP_OR_ZLIB)
    given, begun = 0, False
    for chunk in raw:
        data = chunk
        while data and given <= most:
            if machine.eof:  # another gzip member; anything else behind the end is padding
                if not data.startswith(b"\x1f\x8b"):
                    data = b""
                    break
                machine = zlib.decompressobj(_GZIP_OR_ZLIB)
            try:
                out = machine.decompress(data, 65536)
            except zlib.error:
                if begun:
                    raise
                machine = zlib.decompressobj(_RAW_DEFLATE)
                out = machine.decompress(data, 65536)
            begun = True
            given += len(out)
            yield out
            data = machine.unconsumed_tail or machine.unused_data
    if begun and not machine.eof and given <= most:
        raise EOFError("it ends too early")
