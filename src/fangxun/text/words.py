"""Words that the screens translate without their standing in a sentence, marked for the catalogue.

A screen says `_(page.state.value)`: what is translated is a value, not a literal that the extractor
could see. Every member of those enums stands here, by the enum's name; `tests/house/test_words.py`
compares, so that a new member cannot be forgotten. In English the word is the value itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from fangxun.core.errors import N_

WORDS: Mapping[str, tuple[str, ...]] = {
    "Level": (
        N_("unknown"), N_("none"), N_("blue"), N_("yellow"), N_("orange"), N_("red"),
    ),
    "Certainty": (N_("known"), N_("at_least"), N_("held")),
    "Why": (
        N_("reached"), N_("below"), N_("lowered"), N_("within_hold"), N_("not_yet_clear"),
        N_("data_missing"), N_("no_gauge"), N_("source_stale"), N_("by_hand"),
    ),
    "Hazard": (
        N_("rain"), N_("flood"), N_("flash_flood"), N_("geological"), N_("typhoon"), N_("other"),
    ),
    "Role": (N_("duty_officer"), N_("deputy"), N_("leader"), N_("standby")),
    "DayType": (N_("workday"), N_("rest_day"), N_("holiday")),
    "SiteKind": (N_("gully"), N_("reservoir"), N_("underpass"), N_("slope")),
    "Measure": (N_("rain"), N_("stage")),
    "Group": (
        N_("officials"), N_("unit_watch"), N_("duty_room"), N_("leaders"), N_("extra_posts"),
    ),
    "Contact": (
        N_("person"), N_("deputy"), N_("duty_officer"), N_("deputy_officer"), N_("leader"),
        N_("superior"), N_("last_resort"),
    ),
    "Owed": (N_("arrived"), N_("moved_out")),
    "Lack": (N_("cannot_be_reached"), N_("cannot_confirm")),
    "Budgeted": (N_("ok"), N_("exhausted"), N_("identical"), N_("no_template")),
    "MessageType": (N_("Alert"), N_("Update"), N_("Cancel"), N_("Ack"), N_("Error")),
    "Change": (
        N_("opened"), N_("raised"), N_("lowered"), N_("all_clear_proposed"),
        N_("all_clear_withdrawn"), N_("closed"),
    ),
    "IncidentState": (N_("open"), N_("all_clear_proposed"), N_("closed")),
    "Hindrance": (
        N_("still_at_level"), N_("place_unknown"), N_("level_held"), N_("source_stale"),
    ),
    "PageState": (
        N_("open"), N_("confirmed"), N_("covered"), N_("unreached"), N_("closed"),
    ),
    "Closing": (
        N_("superseded"), N_("stood_down"), N_("relieved"), N_("no_longer_named"), N_("lowered"),
        N_("enough"), N_("cause_gone"), N_("exercise_over"), N_("yielded"),
        N_("watch_begun"),
        N_("check_missed"),
    ),
    "How": (
        N_("reply"), N_("link"), N_("cli"), N_("terminal"), N_("relayed"), N_("key_press"),
    ),
    "Outcome": (
        N_("confirmed"), N_("confirmed_late"), N_("not_confirmed"), N_("unreachable"),
        N_("ended"), N_("open"),
    ),
    "Reached": (N_("delivered"), N_("unproven"), N_("waiting"), N_("missed")),
    "Because": (
        N_("ladder_exhausted"), N_("covered"), N_("no_number"), N_("no_channel"),
        N_("number_failed"), N_("text_refused"), N_("gateway_failed"), N_("budget"),
        N_("never_left"), N_("not_delivered"),
    ),
    "Quality": (
        N_("good"), N_("suspect"), N_("verified"), N_("rejected"), N_("missing"),
    ),
    "Suspicion": (
        N_("sentinel"), N_("negative"), N_("over_record"), N_("not_a_number"), N_("stuck"),
        N_("jump"), N_("in_future"),
    ),
    "Source": (N_("override"), N_("table"), N_("rotation")),
    "ChangeKind": (
        N_("district"), N_("area"), N_("site"), N_("gauge"), N_("unit"), N_("person"),
        N_("official"), N_("post"), N_("rotation"), N_("duty"), N_("holiday"), N_("criterion"),
        N_("plan"), N_("text"),
    ),
    "Channel": (N_("sms"), N_("voice"), N_("console"), N_("email")),
    "AttemptState": (
        N_("queued"), N_("sending"), N_("in_doubt"), N_("accepted"), N_("sent"), N_("delivered"),
        N_("undelivered"), N_("failed"), N_("withdrawn"),
    ),
    "AlarmKind": (
        N_("unreached"), N_("not_arrived"), N_("not_moved_out"), N_("nobody_to_page"),
        N_("feed_stale"), N_("feed_unread"), N_("gateway_dead"), N_("gateway_mute"),
        N_("number_invalid"),
        N_("roster_hole"), N_("next_unconfirmed"),
        N_("suspect_unverified"), N_("warning_unconfirmed"), N_("clock_step"),
        N_("cycle_late"), N_("disk"), N_("budget"), N_("cycle_failing"), N_("not_anchored"),
        N_("handover_late"), N_("sheet_unwritten"),
    ),
    "Skip": (
        N_("nobody"), N_("no_number"), N_("no_channel"), N_("country_closed"), N_("himself"),
        N_("told_already"), N_("exercise"),
    ),
    "HandoverState": (
        N_("awaited"), N_("passed"), N_("confirmed"), N_("countersigned"), N_("missed"),
    ),
    "MatterKind": (N_("matter"), N_("call"), N_("letter"), N_("visit")),
    "MatterState": (N_("open"), N_("done")),
    "CheckState": (N_("running"), N_("done"), N_("stopped"), N_("yielded")),
    "CheckOutcome": (
        N_("in_time"), N_("check_missed"), N_("not_told"), N_("void"), N_("within_time"),
    ),
    "DrawState": (
        N_("to_come"), N_("begun"), N_("incident"), N_("busy"), N_("nobody"), N_("daemon_away"),
    ),
    "ExerciseState": (N_("running"), N_("done"), N_("stopped"), N_("yielded")),
    "Tamper": (
        N_("altered"), N_("missing"), N_("reordered"), N_("cut_off"), N_("beyond_head"),
        N_("anchor_differs"),
    ),
    "Event": (
        N_("district_applied"), N_("override_added"), N_("override_undone"),
        N_("roster_corrected"), N_("leave_added"), N_("leave_undone"),
        N_("feed_polled"), N_("feed_failed"),
        N_("feed_stale"), N_("feed_back"), N_("feed_removed"), N_("warning_received"),
        N_("warning_ended"),
        N_("reading_suspect"), N_("reading_revised"), N_("level_changed"), N_("incident_opened"),
        N_("raised"), N_("lowered"), N_("incident_noted"), N_("all_clear_proposed"),
        N_("all_clear_withdrawn"), N_("stood_down"), N_("corrected"), N_("response_proposed"),
        N_("response_approved"), N_("post_activated"), N_("post_released"), N_("page_opened"),
        N_("step_fired"), N_("step_skipped"), N_("page_confirmed"), N_("page_covered"),
        N_("page_unreached"), N_("page_closed"), N_("page_reopened"), N_("arrived"),
        N_("moved_out"),
        N_("ladder_edited"), N_("alarm_opened"),
        N_("alarm_confirmed"), N_("alarm_ended"), N_("attempt_settled"), N_("attempt_in_doubt"),
        N_("attempt_copied"), N_("attempt_rerouted"), N_("attempt_bundled"),
        N_("hang_up_asked"),
        N_("number_invalid"), N_("number_mended"),
        N_("reply_received"), N_("reply_unknown"), N_("key_pressed"),
        N_("callback_forged"), N_("inbox_faulty"), N_("gateway_mute"), N_("gateway_back"),
        N_("notice_queued"), N_("handover"), N_("handover_passed"),
        N_("handover_confirmed"), N_("handover_countersigned"), N_("handover_missed"),
        N_("matter_opened"), N_("matter_done"), N_("matter_reopened"), N_("came_in"),
        N_("nobody_to_page"),
        N_("exercise_started"), N_("exercise_ended"),
        N_("calendar_added"), N_("calendar_revoked"),
        N_("spot_check_started"), N_("spot_check_ended"), N_("spot_check_passed_over"),
        N_("clock_stepped"), N_("cycle_late"), N_("started"), N_("stopped"), N_("anchored"),
        N_("pruned"),
    ),
}  # fmt: skip
"""Enum's name -> its values that are not empty, in its own order."""

JOURNAL = (
    N_("page"), N_("incident"), N_("feed"), N_("gateway"), N_("attempt"), N_("inbox"),
    N_("daemon"), N_("journal"), N_("post"), N_("override"), N_("district"), N_("gauge"),
    N_("leave"), N_("approver"), N_("forced"),
    N_("person"), N_("place"), N_("system"), N_("admin"),
    N_("account"), N_("approvers"), N_("area"), N_("before"), N_("blame"), N_("by_hand"),
    N_("cause"), N_("certainty"), N_("changes"), N_("channel"), N_("code"), N_("contact"),
    N_("copy_of"), N_("count"), N_("end"), N_("evidence"), N_("head"), N_("headline"), N_("how"),
    N_("identifier"), N_("incoming"), N_("instead_of"), N_("key"), N_("kind"), N_("level"),
    N_("missing"), N_("pages"), N_("pid"), N_("previous"), N_("quality"), N_("relayed_for"),
    N_("response"), N_("round"), N_("said"), N_("seconds"), N_("start"), N_("step"), N_("text"),
    N_("told"), N_("touches"), N_("unfit"), N_("until"), N_("value"), N_("version"),
    N_("officials"), N_("unit_watch"), N_("duty_room"), N_("leaders"), N_("extra_posts"),
    N_("deputy"), N_("duty_officer"), N_("deputy_officer"), N_("leader"), N_("superior"),
    N_("last_resort"), N_("rung"), N_("plan_edited"),
    N_("hand_off"), N_("level"), N_("ladder_exhausted"), N_("unknown_number"), N_("number"),
    N_("provider_at"), N_("daily"), N_("readings"), N_("warnings"), N_("notices"), N_("moved"),
    N_("codes"),
    N_("suspended"), N_("part"),
    N_("exhausted"), N_("identical"), N_("budget"), N_("hint"), N_("already"),
    N_("on_watch"), N_("asked_often"), N_("spot_check"), N_("drawn"), N_("calendar"),
    N_("hazard"), N_("flags"), N_("since"), N_("reason"), N_("yes"), N_("no"), N_("group"),
    N_("free"), N_("amount"), N_("gauge"), N_("at"), N_("clock"), N_("cycle"), N_("level_reached"),
    N_("level_gone"), N_("silent"), N_("asked"), N_("answers_again"), N_("left_feed"), N_("late"),
    N_("page_ended"), N_("too_late"), N_("taken_over"), N_("unsent"),
    N_("stepped"), N_("unreadable"), N_("plan_edited"), N_("receipt"), N_("inbound"),
    N_("notice_passed"), N_("notice_signed"), N_("notice_unsigned"), N_("notice_changed"),
    N_("notice_handover"), N_("notice_all_clear"), N_("notice_response"), N_("all_clear"),
    N_("anchor"), N_("himself"), N_("who_was_told"),
    N_("alarm"), N_("notice"), N_("correction"), N_("reminder"),
    N_("source"), N_("handler"), N_("result"), N_("note"), N_("matters"), N_("due_at"),
)  # fmt: skip
"""What `fangxun journal show` names of a line: its subject, its data, whom a step stood for."""

PARTS = (
    N_("poll"), N_("assess"), N_("respond"), N_("receive"), N_("watch"), N_("escalate"),
    N_("handovers"), N_("hang_up"), N_("housekeep"), N_("dispatch"), N_("outbox"), N_("http"),
    N_("paper"), N_("lock"), N_("clock"), N_("alarms"),
)  # fmt: skip
"""What the heartbeat says has failed: steps of the cycle, and what stands beside them."""
FLAGS = (
    N_("bad-date"), N_("bad-geometry"), N_("bad-msgType"), N_("bad-references"), N_("bad-status"),
    N_("buddhist-year"), N_("by-name"), N_("colour-differs"), N_("foreign-code"), N_("many-areas"),
    N_("naive-date"), N_("no-area"), N_("no-identifier"), N_("no-info"), N_("no-level"),
    N_("no-sender"), N_("no-status"), N_("not-xsd"), N_("point-circle"), N_("self-reference"),
    N_("swapped-coordinates"), N_("unclosed-polygon"),
)  # fmt: skip
"""What was odd about a warning, as the journal keeps it."""

FIELDS = (
    N_("name"), N_("language"), N_("root"), N_("signature"), N_("season"), N_("zone"),
    N_("code"), N_("parent"), N_("boundary"), N_("kind"), N_("area"), N_("latitude"),
    N_("longitude"), N_("measure"), N_("datum"), N_("interval"), N_("lag"), N_("places"),
    N_("duty_phone"), N_("unit"), N_("title"), N_("phones"), N_("account"), N_("place"),
    N_("person"), N_("deputy"), N_("role"), N_("sections"), N_("stands_from"), N_("post"),
    N_("people"), N_("first_day"), N_("turn_days"), N_("day_types"), N_("section"), N_("day"),
    N_("make_up"), N_("hazard"), N_("window"), N_("level"), N_("limit"), N_("clear_below"),
    N_("source"), N_("waves"), N_("ladder"), N_("duties"), N_("hazards"), N_("steps"),
    N_("repeat"), N_("most"), N_("alert"), N_("response"), N_("approvers"), N_("last_resort"),
    N_("all_clear_approvers"), N_("cascade"), N_("hold"), N_("budget_24h"), N_("notice_share"),
    N_("bounds"), N_("notices"),
    N_("in_room_from"), N_("seats"), N_("groups"), N_("turn_sections"), N_("turn_months"),
    N_("weekdays"), N_("min"), N_("True"), N_("False"), N_("id"),
)  # fmt: skip
"""Fields of a district, as `fangxun roster apply` shows what changes."""

TWILIO = (
    N_("The Twilio account is not active; look at it in Twilio's console."),
    N_("Twilio's limit of messages in a short time was reached; it is tried again."),
    N_("Twilio did not accept account and token; check them in fangxun.toml."),
    N_("These are Twilio test credentials; they send nothing. Use the live ones."),
    N_("Twilio does not know this account or path; check account_sid and api_base."),
    N_("Twilio asks us to slow down; it is tried again."),
    N_("Twilio was out of order while it had our request."),
    N_("Twilio says that this is no valid phone number; correct it in people.csv."),
    N_("The sender is no valid number; correct `from` in fangxun.toml."),
    N_("This number cannot be reached over Twilio."),
    N_("A Twilio trial account sends only to verified numbers; upgrade the account."),
    N_("This is a short code; texts cannot be sent to it."),
    N_("The number is the sender's own; correct it in people.csv."),
    N_("A Twilio trial account may not use a name as sender."),
    N_("This is a premium or service number; texts cannot be sent to it."),
    N_("The Twilio account may not send to this country; allow it in Twilio's console."),
    N_("The text was empty."),
    N_("No sender is set; give `from` or `messaging_service_sid` in fangxun.toml."),
    N_("No receiver's number was given."),
    N_("The sender cannot send texts to there; use another number as `from`."),
    N_("This person has opted out by STOP and gets no texts; ask him to text START."),
    N_("The sender's queue at Twilio is full; it is tried again."),
    N_("Twilio has no route from our sender to this number."),
    N_("This is no mobile number; texts cannot be sent to it."),
    N_("The text is longer than 1600 characters."),
    N_("This is a landline; texts cannot be sent to it."),
    N_("The sender is not in the messaging service; check it in Twilio's console."),
    N_("The sender is no Twilio number of this account; correct `from`."),
    N_("The sender does not belong to this account; correct `from`."),
    N_("The sender cannot send texts; use another number as `from`."),
    N_("The messaging service does not exist; correct `messaging_service_sid`."),
    N_("The messaging service has no sender; add one in Twilio's console."),
    N_("The queue at Twilio was full."),
    N_("The Twilio account is suspended; call Twilio."),
    N_("The phone is off or out of reach."),
    N_("The number is blocked for such texts."),
    N_("The number is unknown or no longer in service."),
    N_("The number is a landline or its carrier cannot be reached."),
    N_("The carrier filtered the text; change it or register its template."),
    N_("The carrier did not say why."),
    N_("The text would cost more than the account's highest price."),
    N_("The carrier's network is congested."),
    N_("The sender's rate at the carrier was exceeded."),
    N_("The toll-free sender is not verified."),
    N_("The sender is not registered with the carriers."),
    N_("It could not be delivered within its useful life."),
    N_("The text was blocked because it looks like a one-time password."),
    N_("The carrier did not answer in time."),
    N_("Twilio's fraud protection blocked it; allow this country in Twilio's console."),
    N_("Twilio had a fault of its own."),
    N_("The account's limit of messages a day is reached; raise it with Twilio."),
    N_("The call was answered and no key was pressed: perhaps by voicemail."),
    N_("The line was busy."),
    N_("Nobody answered the call."),
    N_("The call was canceled before it was answered."),
    N_("The call could not be put through."),
    N_("All lines that the Twilio account may use at a time are busy."),
    N_("Twilio cannot call this number: it is none, or its network is down."),
    N_("The Twilio account may not call this country; allow it in Twilio's console."),
    N_("This is a premium or service number; it cannot be called."),
    N_("The Twilio account may not call other countries; allow it in Twilio's console."),
    N_("The number that calls come from is not verified; correct `voice_from`."),
    N_("No number is set that calls come from; give `voice_from` in fangxun.toml."),
    N_("Twilio does not let this account call this number; call Twilio."),
    N_("Voice calls are switched off for the Twilio account; call Twilio."),
    N_("Twilio did not accept what the call was to say."),
    N_("Twilio did not accept what was to answer the call; report it."),
    N_("The call had ended before."),
    N_("A Twilio trial account calls only verified numbers; upgrade the account."),
    N_("The network of the person called refused the call."),
    N_("The network of the person called did not answer."),
    N_("The network of the person called had a fault."),
    N_("The person called, or his phone, rejected the call."),
    N_("A network on the way blocks our calls as unwanted; register `voice_from`."),
)
"""What Twilio's error codes mean: the sentences of `gateways/twilio/errors.csv`, each once."""

IN_FIELDS = (
    N_("Usage:"),
    N_("Alarms"),
    N_("Levels"),
    N_("On watch"),
    N_("Pages"),
    N_("duty phone"),
    N_("every check of this drill holds"),
    N_("for"),
    N_("on watch"),
    N_("watch"),
)
"""Said inside an f-string, f"{_('for')} {name}", where Babel does not look on every Python."""
