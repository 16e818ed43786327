"""Readings in tables, CSV or JSON, whose columns the configuration maps to ours."""

from __future__ import annotations

from fangxun.feeds.table.rows import Table, read
from fangxun.feeds.table.shape import Shape, shape

__all__ = ["Shape", "Table", "read", "shape"]
