"""What the machine answers when it will not, in the user's language.

Python says "[Errno 111] Connection refused: '/path'", or the C library's words alone.
"""

from __future__ import annotations

import errno
import os
import re
import socket

from fangxun.core.errors import N_
from fangxun.text import _

_SAID = re.compile(r"\[Errno (-?\d+)\] ([^:'\n]*)")

REASONS = {
    errno.ENOENT: N_("no such file or folder"),
    errno.ENOTDIR: N_("a part of the path is no folder"),
    errno.EISDIR: N_("this is a folder"),
    errno.EEXIST: N_("it is there already"),
    errno.EACCES: N_("this account has no right to it"),
    errno.EPERM: N_("this account has no right to it"),
    errno.EROFS: N_("the disk can only be read"),
    errno.ENOSPC: N_("the disk is full"),
    errno.EDQUOT: N_("the disk is full"),
    errno.EIO: N_("the disk or device fails"),
    errno.EMFILE: N_("too many files are open"),
    errno.ENAMETOOLONG: N_("the name is too long"),
    errno.EADDRINUSE: N_("the port is taken by another program"),
    errno.EADDRNOTAVAIL: N_("this machine has no such address"),
    errno.ECONNREFUSED: N_("the connection was refused"),
    errno.ECONNRESET: N_("the connection was broken off"),
    errno.ECONNABORTED: N_("the connection was broken off"),
    errno.EPIPE: N_("the connection was broken off"),
    errno.ETIMEDOUT: N_("no answer came in time"),
    errno.EHOSTUNREACH: N_("there is no way to this host"),
    errno.ENETUNREACH: N_("there is no way to this network"),
    socket.EAI_NONAME: N_("no host has this name"),
    socket.EAI_AGAIN: N_("the name service does not answer"),
}
"""Errno or getaddrinfo's number -> what it means to a duty room."""


_WORDS = {os.strerror(number): reason for number, reason in REASONS.items() if number > 0}


def said(words: str) -> str:
    """A text with what the machine says in it put into the user's language; the path stays."""
    if words in _WORDS:
        return _(_WORDS[words])
    return _SAID.sub(_reason, words) if "[Errno" in words else words


def _reason(found: re.Match[str]) -> str:
    known = REASONS.get(int(found[1]))
    return _(known) if known is not None else found[2].strip().lower()
