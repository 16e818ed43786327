"""Criteria over years of readings, vectorised; proven equal to the core reading by reading.

hours = backtest.load(Path("hourly.csv.gz"))
for counted in backtest.signals(hours, criteria):
    print(counted.criterion, counted.heard, counted.every)
"""

from fangxun.backtest.hours import MISSING, Hours, load
from fangxun.backtest.signals import Count, Signal, signals

__all__ = ["MISSING", "Count", "Hours", "Signal", "load", "signals"]
