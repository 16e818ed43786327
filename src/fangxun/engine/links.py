"""One-time links: what of them is stored."""

from __future__ import annotations

import hashlib


def link_digest(token: str) -> str:
    """What is stored of a one-time link: who reads the database cannot confirm with it."""
    return hashlib.sha256(token.encode()).hexdigest()
