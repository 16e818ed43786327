"""Default texts about somebody's own watch: spot checks, handovers, reminders and changes; see
`templates`."""

from __future__ import annotations

from collections.abc import Mapping

ZH: Mapping[str, str] = {
    "notice_passed": "{start}换班:{person}已交班,遗留问题{count}件。看后请确认:在终端或回复“接班”",
    "notice_signed": "{start}换班的交接班已为您签上,无需再签",
    "notice_unsigned": "交接班没有签上:轮不到这一栏,或已有人签。请在值班终端查看:fangxun handover",
    "spot_check": "查岗:{person},请在{end}前确认在岗。回复{code}确认",
    "spot_check_oneway": "查岗:{person},请在{end}前确认在岗。请向值班室确认",
    "spot_check_link": "查岗:{person},请在{end}前确认在岗。回复{code}或点{link}确认",
    "spot_check_link_only": "查岗:{person},请在{end}前确认在岗。点{link}确认",
    "reminder": "值班提醒:您自{start}起值{post},请按时接班。回复{code}确认",
    "reminder_oneway": "值班提醒:您自{start}起值{post},请按时接班,并向值班室确认",
    "reminder_link": "值班提醒:您自{start}起值{post},请按时接班。回复{code}或点{link}确认",
    "reminder_link_only": "值班提醒:您自{start}起值{post},请按时接班。点{link}确认",
    "notice_changed": "您的值班有变动:{~list}",
    "short_watch_gained": "{start}至{end}值{post}",
    "short_watch_lost": "{start}至{end}不再值{post}",
    "short_watch_more": "另有{count}处",
    "alarm_next_unconfirmed": "告警{again}:{person}应自{start}起值{post},至今没有确认,请核实,"
    "必要时找人替班。回复{code}表示已知",
    "short_alarm_next_unconfirmed": "{person}未确认接班",
}

EN: Mapping[str, str] = {
    "notice_passed": "Watch of {start}: passed by {person}, {count} open matters. Read it, then "
    "confirm at the terminal or reply TAKEOVER",
    "notice_signed": "The handover of {start} is signed for you; nothing is left to do",
    "notice_unsigned": "Not signed: it is not your turn, or it is signed already. See at the "
    "terminal: fangxun handover",
    "spot_check": "Spot check, {person}, by {end}. Reply {code} to confirm",
    "spot_check_oneway": "Spot check, {person}, by {end}. Confirm to the duty room",
    "spot_check_link": "Spot check, {person}, by {end}. Reply {code} or open {link}",
    "spot_check_link_only": "Spot check, {person}, by {end}. Confirm: {link}",
    "reminder": "Your watch: {post} from {start}. Be in time. Reply {code} to confirm",
    "reminder_oneway": "Your watch: {post} from {start}. Be in time. Confirm to the duty room",
    "reminder_link": "Your watch: {post} from {start}. Reply {code} or open {link}",
    "reminder_link_only": "Your watch: {post} from {start}. Be in time. Confirm: {link}",
    "notice_changed": "Your watch was changed: {~list}",
    "short_watch_gained": "{start} to {end} you stand on {post}",
    "short_watch_lost": "{start} to {end} no more on {post}",
    "short_watch_more": "and {count} more",
    "alarm_next_unconfirmed": "ALARM{again}: {person} is next on {post} from {start} and has not "
    "confirmed. Ask, or find another. Reply {code} once you know",
    "short_alarm_next_unconfirmed": "{person} not confirmed",
}
