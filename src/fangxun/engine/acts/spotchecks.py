"""Begin and stop a spot check by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fangxun.core import spotcheck
from fangxun.core.district import District
from fangxun.core.errors import N_, Conflict, NotFound, Refused
from fangxun.core.page import Page
from fangxun.core.spotcheck import CheckState, SpotCheck
from fangxun.engine import spotchecks
from fangxun.engine.acts.base import Act, district_in_force, post_id, unit_id
from fangxun.engine.view import Lookout
from fangxun.store import exercises as exercise_store
from fangxun.store import incidents as incident_store
from fangxun.store import meta
from fangxun.store import spotchecks as check_store
from fangxun.store.base import Store, Tx


@dataclass(frozen=True, slots=True)
class Checked:
    """Which posts a check is of, by id or name: these, and all of these units; all where neither
    names one."""

    posts: tuple[str, ...] = ()
    units: tuple[str, ...] = ()

    def among(self, district: District) -> frozenset[str] | None:
        """The ids of the posts, None for all; NotFound for a name that is nothing's."""
        if not self.posts and not self.units:
            return None
        units = {unit_id(district, named) for named in self.units}
        found = {post_id(district, named) for named in self.posts}
        return frozenset(found | {p.id for p in district.roster.posts if p.unit in units})


def start_spot_check(
    store: Store, chosen: Checked, *, act: Act
) -> tuple[SpotCheck, Sequence[Page]]:
    """Page those who stand now, unannounced; the next cycle sends.

    Refused while an incident is open and where nobody stands; Conflict while another check or an
    exercise runs.
    """
    if not act.reason.strip():
        raise Refused(
            N_("An act needs a reason: it stands in the journal for those who come after.")
        )
    with store.write() as tx:
        district = district_in_force(tx)
        view = Lookout().look(tx, now=act.now)
        people = spotcheck.asked(view.standing if view else (), chosen.among(district))
        _may_start(tx)
        if not people:
            raise Refused(N_("Nobody stands on these posts now; see: fangxun who"))
        begun = spotchecks.begin(
            tx, people, spotcheck.within(district.plan), by=act.actor, reason=act.reason.strip(),
            account=act.account, now=act.now,
        )  # fmt: skip
        meta.wake(tx)
    return begun


def _may_start(tx: Tx) -> None:
    incidents = incident_store.open_incidents(tx)
    if incidents:
        raise Refused(
            N_("Incident {incident} is open; no spot check beside it."), incident=incidents[0].id
        )
    running = check_store.running(tx)
    if running is not None:
        raise Conflict(
            N_("Spot check {number} still runs; end it with: fangxun spotcheck stop {number}"),
            number=running.id,
        )
    exercise = exercise_store.running(tx)
    if exercise is not None:
        raise Conflict(
            N_("Exercise {number} still runs; end it with: fangxun exercise stop {number}"),
            number=exercise.id,
        )


def stop_spot_check(store: Store, number: int, *, act: Act) -> SpotCheck:
    """End a running check by hand; nothing of it counts. NotFound where it does not run."""
    with store.write() as tx:
        running = check_store.running(tx)
        if running is None or running.id != number:
            raise NotFound(
                N_("No spot check {number} is running. List them with: fangxun spotcheck list"),
                number=number,
            )
        by, reason = act.actor, act.reason
        return spotchecks.end(tx, running, CheckState.STOPPED, by=by, reason=reason, now=act.now)
