"""The messages that the Twilio stand-in holds: as JSON, filtered and paged as Twilio does."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Protocol
from urllib.parse import urlencode

VERSION = "2010-04-01"
DEFAULT_PAGE = 50
LARGEST_PAGE = 1000


@dataclass(slots=True)
class Message:
    """One message, in or out; instants are UTC."""

    sid: str
    account: str
    to: str
    from_: str
    body: str
    status: str
    created: datetime
    direction: str = "outbound-api"
    service: str | None = None
    callback: str = ""
    validity: str = ""
    sent: datetime | None = None
    error: int | None = None

    @property
    def updated(self) -> datetime:
        """When anything last changed."""
        return self.sent or self.created

    def json(self) -> dict[str, object]:
        """As the API shows it."""
        return {
            **shown(self, "Messages"),
            "messaging_service_sid": self.service,
            "body": self.body,
            "num_segments": "1",
            "num_media": "0",
            "date_sent": date(self.sent),
            "error_code": self.error,
            "error_message": None,
        }

    def status_form(self) -> dict[str, str]:
        """The fields of a status callback. ErrorCode stands in it, blank where there is none."""
        return {
            **told(self),
            "MessageSid": self.sid,
            "MessageStatus": self.status,
            "SmsSid": self.sid,
            "SmsStatus": self.status,
            "ErrorCode": str(self.error or ""),
        }

    def inbound_form(self) -> dict[str, str]:
        """The fields of an incoming message's callback, with the blank ones that Twilio sends."""
        return {
            **told(self),
            "MessageSid": self.sid,
            "SmsSid": self.sid,
            "SmsStatus": "received",
            "Body": self.body,
            "NumMedia": "0",
            "NumSegments": "1",
            "FromCity": "",
            "FromState": "",
        }


class Kept(Protocol):
    """What an account holds of a message and of a call alike."""

    sid: str
    account: str
    to: str
    from_: str
    status: str
    direction: str
    created: datetime

    @property
    def updated(self) -> datetime:
        """When anything last changed."""
        ...


def shown(item: Kept, kind: str) -> dict[str, object]:
    """What the API shows of both, under the path of its kind."""
    return {
        "sid": item.sid,
        "account_sid": item.account,
        "api_version": VERSION,
        "to": item.to,
        "from": item.from_ or None,
        "status": item.status,
        "direction": item.direction,
        "date_created": date(item.created),
        "date_updated": date(item.updated),
        "price": None,
        "price_unit": "USD",
        "uri": f"/{VERSION}/Accounts/{item.account}/{kind}/{item.sid}.json",
        "subresource_uris": {},
    }


def told(item: Kept) -> dict[str, str]:
    """The fields of every callback about either."""
    return {
        "AccountSid": item.account,
        "To": item.to,
        "From": item.from_,
        "ApiVersion": VERSION,
    }


@lru_cache(maxsize=1024)  # every list tells the dates of all its messages
def date(at: datetime | None) -> str | None:
    """An instant as the API writes it."""
    return format_datetime(at.astimezone(UTC)) if at else None


def signature(token: str, url: str, fields: Mapping[str, str]) -> str:
    """X-Twilio-Signature: base64 of HMAC-SHA1 over the URL and the sorted fields."""
    text = url + "".join(name + fields[name] for name in sorted(fields))
    mac = hmac.new(token.encode(), text.encode(), hashlib.sha1)
    return base64.b64encode(mac.digest()).decode()


class Listed(Protocol):
    """What is listed: a message or a call."""

    @property
    def to(self) -> str:
        """The receiver's number."""
        ...

    @property
    def from_(self) -> str:
        """The sender's."""
        ...

    @property
    def sent(self) -> datetime | None:
        """When it left."""
        ...

    def json(self) -> dict[str, object]:
        """As the API shows it."""
        ...


def page(
    items: Iterable[Listed], query: Mapping[str, str], path: str, *, name: str = "messages"
) -> dict[str, object]:
    """One page of the list, newest first, as the query asks for it."""
    found = [item for item in items if _matches(item, query)]
    found.reverse()
    size = min(LARGEST_PAGE, max(1, int(query.get("PageSize") or DEFAULT_PAGE)))
    number = max(0, int(query.get("Page") or 0))
    start = number * size
    more = len(found) > start + size
    following = {**query, "Page": str(number + 1), "PageSize": str(size), "PageToken": "PA0"}
    return {
        name: [item.json() for item in found[start : start + size]],
        "page": number,
        "page_size": size,
        "start": start,
        "end": min(len(found), start + size) - 1,
        "uri": f"{path}?{urlencode(query)}",
        "first_page_uri": f"{path}?PageSize={size}&Page=0",
        "previous_page_uri": None,
        "next_page_uri": f"{path}?{urlencode(following)}" if more else None,
    }


def _matches(message: Listed, query: Mapping[str, str]) -> bool:
    """Twilio filters by the GMT day; a message that has not been sent has none and is left out."""
    if query.get("To", message.to) != message.to:
        return False
    if query.get("From", message.from_) != message.from_:
        return False
    bounds = [name for name in ("DateSent", "DateSent<", "DateSent>") if query.get(name)]
    if not bounds:
        return True
    if message.sent is None:
        return False
    day = message.sent.astimezone(UTC).date().isoformat()
    holds = {"DateSent": day.__eq__, "DateSent<": day.__le__, "DateSent>": day.__ge__}
    return all(holds[name](query[name][:10]) for name in bounds)
