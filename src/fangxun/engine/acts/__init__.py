"""What people do, from the command line, the terminal or the board.

Each act is one transaction: it checks, writes the change and its journal line with the actor and
his reason, and wakes the daemon. What follows (pages, texts) is worked out by the next cycle.
"""

from fangxun.engine.acts.base import Act
from fangxun.engine.acts.calendars import add_calendar, revoke_calendar
from fangxun.engine.acts.corrections import correct
from fangxun.engine.acts.exercises import Chosen, start_exercise, stop_exercise
from fangxun.engine.acts.handovers import (
    finish_matter,
    open_matter,
    reopen_matter,
    sign_handover,
)
from fangxun.engine.acts.incidents import (
    Lowered,
    approve_response,
    lower_by_hand,
    note,
    propose_response,
    raise_by_hand,
    stand_down,
)
from fangxun.engine.acts.numbers import failed, mend_number
from fangxun.engine.acts.pages import (
    LinkView,
    acknowledge,
    acknowledge_by_link,
    meet,
    page_by_link,
    relay,
    send_page,
)
from fangxun.engine.acts.rosters import Applied, apply_district, edit_roster
from fangxun.engine.acts.sources import add_warning, end_warning, judge_reading, polled
from fangxun.engine.acts.spotchecks import Checked, start_spot_check, stop_spot_check

__all__ = [
    "Act",
    "Applied",
    "Checked",
    "Chosen",
    "LinkView",
    "Lowered",
    "acknowledge",
    "acknowledge_by_link",
    "add_calendar",
    "add_warning",
    "apply_district",
    "approve_response",
    "correct",
    "edit_roster",
    "end_warning",
    "failed",
    "finish_matter",
    "judge_reading",
    "lower_by_hand",
    "meet",
    "mend_number",
    "note",
    "open_matter",
    "page_by_link",
    "polled",
    "propose_response",
    "raise_by_hand",
    "relay",
    "reopen_matter",
    "revoke_calendar",
    "send_page",
    "sign_handover",
    "stand_down",
    "start_exercise",
    "start_spot_check",
    "stop_exercise",
    "stop_spot_check",
]
