"""Fetching over HTTP, for all feeds: bounded in time, bytes and where it may go."""

from __future__ import annotations

from fangxun.feeds.http.links import may_follow, origin, shown
from fangxun.feeds.http.session import TABLE, XML, Got, NotCome, Session, session

__all__ = ["TABLE", "XML", "Got", "NotCome", "Session", "may_follow", "origin", "session", "shown"]
