"""Fangxun (防汛): duty roster, heavy-rain assessment and confirmed paging."""

__version__ = "0.1.0"
