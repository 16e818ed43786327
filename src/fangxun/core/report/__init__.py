"""Pages, attempts and journal -> after-action report: who was told what, when, and what came of it.

`outcome` judges one page, `attempts` tells the life of each message, `after` sums up pages and
units, `deliveries` whom an announcement reached,
`weather` the rain and the levels of the time, `story` what the shell reads for them.
"""

from fangxun.core.report.after import (
    AfterAction,
    Row,
    UnitTotal,
    after_action,
    people_told,
    quantile,
)
from fangxun.core.report.attempts import AttemptRow, Moment
from fangxun.core.report.deliveries import Delivery, Reached
from fangxun.core.report.doors import Door
from fangxun.core.report.outcome import Because, Outcome
from fangxun.core.report.story import (
    Announcement,
    Report,
    Story,
    report_of,
    report_of_exercise,
    span_of,
)
from fangxun.core.report.weather import GaugeRain, Hour, Stretch, Weather

__all__ = [
    "AfterAction",
    "Announcement",
    "AttemptRow",
    "Because",
    "Delivery",
    "Door",
    "GaugeRain",
    "Hour",
    "Moment",
    "Outcome",
    "Reached",
    "Report",
    "Row",
    "Story",
    "Stretch",
    "UnitTotal",
    "Weather",
    "after_action",
    "people_told",
    "quantile",
    "report_of",
    "report_of_exercise",
    "span_of",
]
