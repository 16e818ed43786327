"""One-time links: what of them is stored, and how the real one comes into the request alone.

A stored text holds a mark where the link's token stands, as long as the token and naming its
attempt. The token is worked out when the request is made, from the mark, the page and the journal's
key, which lies in a file apart: who reads the database cannot confirm with it, and a daemon that
was killed meanwhile sends the same link.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace

from fangxun.core.page import Attempt
from fangxun.core.wording import Registered
from fangxun.gateways.base import Order
from fangxun.store import pages as page_store
from fangxun.store.base import Store, Tx

BLANK = "-" * 32
"""Stands in a text for the token, of the same length, until it is known whose it is."""
_NAMED = 16
_MARK = re.compile(r"(?<=/c/)-{16}[0-9a-f]{16}")
_PURPOSE = "link"


def link_digest(token: str) -> str:
    """What is stored of a one-time link: who reads the database cannot confirm with it."""
    return hashlib.sha256(token.encode()).hexdigest()


def marked(text: str, attempt: str) -> str:
    """A text whose blank names the attempt that it is of."""
    return text.replace(f"/c/{BLANK}", f"/c/{attempt[-_NAMED:]:->{len(BLANK)}}")


def marked_in(template: Registered | None, attempt: str) -> Registered | None:
    """The same of what a registered template gets."""
    if template is None:
        return None
    params = tuple((name, marked(value, attempt)) for name, value in template.params)
    return replace(template, params=params)


def keep(tx: Tx, attempts: Iterable[Attempt]) -> None:
    """Remember the hashes of the links in what is about to be queued."""
    for attempt in attempts:
        for mark in _MARK.findall(attempt.text):
            message = _message(mark, attempt)
            page_store.add_link(tx, attempt.pages[0], link_digest(_token(tx.secret(*message))))


def order(store: Store, attempt: Attempt, *, valid_for_seconds: int) -> Order:
    """The request that sends an attempt (or asks for it), with its real link."""
    text, template = attempt.text, attempt.template
    for mark in _MARK.findall(text):
        token = _token(store.secret(*_message(mark, attempt)))
        text = text.replace(mark, token)
        if template is not None:
            params = tuple((name, value.replace(mark, token)) for name, value in template.params)
            template = replace(template, params=params)
    return Order(
        attempt=attempt.id,
        number=attempt.number,
        text=text,
        channel=attempt.channel,
        language=attempt.language,
        valid_for_seconds=valid_for_seconds,
        template=template,
    )


def shown(text: str) -> str:
    """A stored text for people to read: the link that was in it is not for them."""
    return _MARK.sub("…", text)


def _message(mark: str, attempt: Attempt) -> tuple[str, str]:
    return _PURPOSE, f"{mark.lstrip('-')}/{attempt.pages[0]}"


def _token(secret: str) -> str:
    """128 bits."""
    return secret[: len(BLANK)]
