"""What a platform's answer means that is no success."""

from __future__ import annotations

from http import HTTPStatus

from fangxun.core.page import Blame
from fangxun.gateways.base import InDoubt, NotSent, Outcome, Refused, TooFast, masked
from fangxun.gateways.http.settings import Failure, HttpSettings
from fangxun.gateways.http.template import words
from fangxun.gateways.http.wire import Answer

OURS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
"""With these the platform refuses us, not the number."""


def failed(settings: HttpSettings, answer: Answer) -> Outcome:
    """An answer to the sending request.

    1. 5xx is in doubt whatever it says; 429 was not taken.
    2. A code in the table says its class, also with HTTP 200.
    3. 2xx that the template does not understand is in doubt; redirections were not taken.
    4. The rest is final.
    """
    send, status = settings.send, answer.status
    code = words(answer.value, send.code or send.success.path)
    said = masked(words(answer.value, send.words))
    known = settings.codes.get(code)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        return InDoubt(f"HTTP {status}")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return NotSent("429", said, answer.retry_after, TooFast.GATEWAY)
    if known is not None:
        return _by_table(known, code, answer.retry_after, said=said)
    if answer.fine and not code:
        return InDoubt("the answer was not understood")
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return NotSent(f"http-{status}", said)
    return Refused(code or f"http-{status}", said, Blame.GATEWAY if status in OURS else Blame.NONE)


def _by_table(known: Failure, code: str, wait: float | None, *, said: str) -> Outcome:
    detail = known.sentence or said
    match known.kind:
        case "final":
            return Refused(code, detail, known.blame)
        case "temporary":
            return NotSent(code, detail, wait, known.too_fast)
        case "in_doubt":
            return InDoubt(detail or code)
