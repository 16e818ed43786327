"""Callbacks of a platform: known by a shared token, read by the template."""

from __future__ import annotations

import hmac
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from fangxun.core.errors import N_
from fangxun.gateways.base import CallbackRequest, Forged, Item, Taken
from fangxun.gateways.http import items
from fangxun.gateways.http.settings import Callback, HttpSettings
from fangxun.gateways.http.template import words

MOST_BYTES = 256_000


def read(settings: HttpSettings, callback: Callback, request: CallbackRequest) -> Taken:
    """1. Bounded. 2. The token, before anything is believed. 3. Replies and receipts."""
    if len(request.body) > MOST_BYTES:
        raise Forged(N_("A callback of {size} bytes was not read."), size=len(request.body))
    value = _body(callback, request)
    if not _known(callback, request, value):
        raise Forged(N_("A callback for {gateway} had a wrong token."), gateway=settings.name)
    found: list[Item] = []
    if callback.replies is not None:
        found += items.replies(settings, value, callback.replies, receipts=callback.receipts)
    if callback.receipts is not None:
        attempt = _attempt(request, settings.name)
        found += items.receipts(settings, value, callback.receipts, attempt=attempt)
    return Taken(tuple(found), callback.answer, callback.answer_type)


def _body(callback: Callback, request: CallbackRequest) -> Any:  # noqa: ANN401  any JSON
    text = request.body.decode("utf-8", "replace")
    try:
        if callback.body == "form":
            return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=200))
        return json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError) as error:
        raise Forged(N_("A callback could not be read: {why}"), why=error) from error


def _known(callback: Callback, request: CallbackRequest, value: object) -> bool:
    """One of the tokens stands where it should; compared in constant time."""
    if callback.header:
        wanted = callback.header.lower()
        shown = next((v for k, v in request.headers.items() if k.lower() == wanted), "")
    else:
        query = dict(parse_qsl(urlsplit(request.path_and_query).query))
        shown = query.get(callback.parameter) or words(value, callback.parameter)
    found = shown.encode("utf-8", "surrogatepass")  # JSON can hold half a character
    matches = [hmac.compare_digest(token.encode(), found) for token in callback.tokens]
    return any(matches)


def _attempt(request: CallbackRequest, gateway: str) -> str:
    path = urlsplit(request.path_and_query).path
    _, found, attempt = path.partition(f"/callback/{gateway}/")
    return attempt.strip("/") if found else ""
