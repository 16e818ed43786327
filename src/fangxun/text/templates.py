"""Default texts of SMS and calls, by language and kind.

A field in `{~...}` may be shortened so that the text fits two segments; the instruction and the
reply code never are. Texts are whole sentences for each case rather than put together from halves.
`{again}` is empty the first time and tells a repeat ("again"), without which the provider would
reject the third text of an alarm as identical. What a call says is the same without the way to
answer (`..._voice`); how to confirm is asked once it has been heard (`voice_...`). What stands
within other texts is in `phrases`.
"""

from __future__ import annotations

from collections.abc import Mapping

from fangxun.text import phrases, watches
from fangxun.text.ways import siblings

ZH = {
    **phrases.ZH,
    "page": "{place}{level}预警:{~evidence}。请立即到位履责。回复{code}确认",
    "page_arrived": "{place}{level}预警:{~evidence}。请立即到{unit}到岗。回复{code}确认,"
    "到后回“到岗{code}”",
    "page_link": "{place}{level}预警:{~evidence}。请立即到位履责。回复{code}或点{link}确认",
    "page_link_only": "{place}{level}预警:{~evidence}。请立即到位履责。点{link}确认",
    "page_oneway": "{place}{level}预警:{~evidence}。请立即到位履责,并向值班室确认",
    "page_other": "{person}对{place}{level}预警未应答:{~evidence}。请接手处置并设法叫醒他。"
    "回复{code}确认",
    "page_other_oneway": "{person}对{place}{level}预警未应答:{~evidence}。请接手处置,"
    "并向值班室确认",
    "page_other_untold": "{place}{level}预警未能发到{person}:{~evidence}。请接手处置并设法通知他。"
    "回复{code}确认",
    "page_other_untold_oneway": "{place}{level}预警未能发到{person}:{~evidence}。请接手处置并设法"
    "通知他,并向值班室确认",
    "page_other_by_hand": "{person}未应答值班室通知:{~text}。请接手处置并设法叫醒他。"
    "回复{code}确认",
    "page_other_by_hand_oneway": "{person}未应答值班室通知:{~text}。请接手处置并设法叫醒他,"
    "并向值班室确认",
    "page_other_by_hand_untold": "值班室通知未能发到{person}:{~text}。请接手处置并设法通知他。"
    "回复{code}确认",
    "page_other_by_hand_untold_oneway": "值班室通知未能发到{person}:{~text}。请接手处置并设法"
    "通知他,并向值班室确认",
    "page_bundle": "{count}处预警:{~list}。请立即到位履责。回复收到确认全部,单独确认回复{codes}",
    "page_moved_out": "{place}{level}预警:{~evidence}。请立即组织群众转移。回复{code}确认,"
    "转移完毕回“转移完毕{code}”",
    "page_bundle_moved_out": "{count}处预警:{~list}。请立即组织群众转移。"
    "回复收到确认全部,每处转移完毕回“转移完毕”加编号{codes}",
    "page_bundle_arrived": "{count}处预警:{~list}。请立即到{unit}到岗。"
    "回复收到确认全部,到后回“到岗”",
    "page_bundle_oneway": "{count}处预警:{~list}。请立即到位履责,并向值班室确认",
    "page_other_bundle": "{count}项叫应未应答:{~list}。请接手处置并设法叫醒。回复收到表示全部接手,"
    "单独回复{codes}",
    "page_other_bundle_oneway": "{count}项叫应未应答:{~list}。请接手处置并设法叫醒,并向值班室确认",
    "exercise_mark": "【演练】",
    "exercise_text": "{place}{level}预警叫应演练,只需确认,不必出动",
    "exercise": "{~text}。回复{code}确认",
    "exercise_oneway": "{~text}。请向值班室确认",
    "exercise_link": "{~text}。回复{code}或点{link}确认",
    "exercise_link_only": "{~text}。点{link}确认",
    "page_by_hand": "{~text}。回复{code}确认",
    "page_by_hand_oneway": "{~text}。请向值班室确认",
    "alarm_unreached": "告警{again}:{person}对{place}{level}预警的叫应无人应答,请派人上门。"
    "回复{code}表示已知",
    "alarm_unreached_untold": "告警{again}:{place}{level}预警未能发到{person},他还不知道,"
    "请派人上门。回复{code}表示已知",
    "alarm_unreached_by_hand": "告警{again}:{person}的叫应无人应答,请派人上门。通知:{~text}。"
    "回复{code}表示已知",
    "alarm_unreached_by_hand_untold": "告警{again}:通知未能发到{person},他还不知道,请派人上门。"
    "通知:{~text}。回复{code}表示已知",
    "alarm_not_arrived": "告警{again}:{person}应召后未到岗,请核实。回复{code}表示已知",
    "alarm_not_moved_out": "告警{again}:{person}已确认{place}预警,限时已到未报转移完毕,请核实。"
    "回复{code}表示已知",
    "alarm_nobody_to_page": "告警{again}:{place}{level}预警应叫应的“{group}”无人在岗,请立即安排。"
    "回复{code}表示已知",
    "alarm_feed_stale": "告警{again}:数据源{feed}自{since}起中断,无数据不等于无雨,请电话核实。"
    "回复{code}表示已知",
    "alarm_feed_unread": "告警{again}:数据源{feed}自{since}起有预警读不出或无区域,可能漏报,"
    "请上其网站核对。回复{code}表示已知",
    "alarm_gateway_dead": "告警{again}:通道{gateway}拒绝或中断({code_})。请改用电话叫应。"
    "回复{code}表示已知",
    "alarm_gateway_mute": "告警{again}:通道{gateway}自{since}起查询不通,确认和回执可能滞留,"
    "请电话核实。回复{code}表示已知",
    "alarm_number_invalid": "告警{again}:{person}的号码{channel}已不通({code_}),请核实并更正。"
    "回复{code}表示已知",
    "alarm_roster_hole": "告警{again}:{post}自{start}至{end}缺岗,请立即补位。回复{code}表示已知",
    "alarm_suspect_unverified": "告警{again}:{gauge}报{amount}{measure}(未核实),"
    "将使{place}升至{level}。5分钟内不驳回即生效。回复{code}表示已知",
    "alarm_warning_unconfirmed": "告警{again}:预警“{~headline}”{since}到期后未获解除或延续,"
    "级别保持,请向发布单位核实。回复{code}表示已知",
    "alarm_clock_step": "告警{again}:值班机时钟跳变{seconds}秒,请核对时间。回复{code}表示已知",
    "alarm_cycle_late": "告警{again}:值班机停顿{seconds}秒,其间无人值守,请核对雨情与叫应。"
    "回复{code}表示已知",
    "alarm_disk": "告警{again}:值班机磁盘仅剩{free}MB,将无法记录,请立即清理。回复{code}表示已知",
    "alarm_budget": "告警{again}:{person}等的号码24小时短信已达限额,重复短信暂停,请改用电话叫应。"
    "回复{code}表示已知",
    "alarm_cycle_failing": "告警{again}:值班系统的{part}自{since}起持续出错,请人工核对雨情与叫应,"
    "并联系维护。回复{code}表示已知",
    "alarm_not_anchored": "告警{again}:日志摘要自{since}起未能发给带班领导,请核对带班人员与通道。"
    "回复{code}表示已知",
    "alarm_handover_late": "告警{again}:{start}换班还没有办完交接(交班{outgoing},接班{incoming}),"
    "请督促。回复{code}表示已知",
    "alarm_sheet_unwritten": "告警{again}:纸质通讯表自{since}起写不进文件夹,请查磁盘和权限,"
    "勿用旧表。回复{code}表示已知",
    "alarm_bundle": "{count}项告警{again}:{~list}。回复收到表示全部已知,单项回复{codes}",
    "alarm_bundle_many": "{count}项告警{again}:{~list}。详见值班终端。回复收到表示全部已知",
    "again": "(第{times}次)",
    "hint": "没有看懂您的回复。要确认叫应,请只回复短信里的编号,或回复“收到”",
    "already": "您已经确认过,不必再回复",
    "on_watch": "{at}在岗:{~list}",
    "all_clear": "{place}汛情解除(第{incident}号),恢复正常值班。无需回复",
    "correction": "更正:{place}(第{incident}号):{~text}。无需回复",
    "notice_all_clear": "第{incident}号汛情各点均已降至无预警,请审批解除:fangxun incident "
    "stand-down {incident}",
    "notice_response": "第{incident}号汛情建议启动{response}级应急响应,请审批:fangxun response "
    "approve {incident} {response}",
    "notice_handover": "接班:未结汛情{incidents}起,未确认{unconfirmed}人,未叫醒{unreached}人。"
    "日志{count}条,摘要{head},请留存",
    "short_on_watch": "{post}{person}至{end};",
    "short_on_watch_phone": "{post}{person}{phone}至{end};",
    "short_on_watch_more": "另{count}人",
    "short_on_watch_nobody": "现在无人在岗",
    "short_page": "{place}{level}",
    "short_other": "{person}({place}{level})",
    "short_other_untold": "{person}({place}{level},未发到)",
    "short_alarm_unreached": "{person}未叫醒",
    "short_alarm_unreached_untold": "{person}未发到",
    "short_alarm_not_arrived": "{person}未到岗",
    "short_alarm_not_moved_out": "{place}未报转移",
    "short_alarm_nobody_to_page": "{place}无人可叫",
    "short_alarm_feed_stale": "{feed}中断",
    "short_alarm_feed_unread": "{feed}有预警读不出",
    "short_alarm_gateway_dead": "通道{gateway}中断",
    "short_alarm_gateway_mute": "通道{gateway}查询不通",
    "short_alarm_number_invalid": "{person}号码失效",
    "short_alarm_roster_hole": "{post}缺岗",
    "short_alarm_suspect_unverified": "{gauge}存疑",
    "short_alarm_warning_unconfirmed": "预警待核实",
    "short_alarm_clock_step": "时钟跳变",
    "short_alarm_cycle_late": "值班机停顿",
    "short_alarm_disk": "磁盘将满",
    "short_alarm_budget": "短信限额用尽",
    "short_alarm_cycle_failing": "{part}出错",
    "short_alarm_not_anchored": "日志摘要未发出",
    "short_alarm_handover_late": "{start}未交接",
    "short_alarm_sheet_unwritten": "通讯表未更新",
}

EN = {
    **phrases.EN,
    "page": "{place} {level} alert: {~evidence}. Act now. Reply {code} to confirm",
    "page_arrived": "{place} {level} alert: {~evidence}. Come to {unit} now. Reply {code} to "
    "confirm,"
    ' then "arrived {code}"',
    "page_link": "{place} {level} alert: {~evidence}. Act now. Reply {code} or open {link}",
    "page_link_only": "{place} {level} alert: {~evidence}. Act now. Confirm: {link}",
    "page_oneway": "{place} {level} alert: {~evidence}. Act now and confirm to the duty room",
    "page_other": "{person} does not answer for {place} {level}: {~evidence}. Take over, wake him. "
    "Reply {code} to confirm",
    "page_other_oneway": "{person} does not answer for {place} {level}: {~evidence}. Take over and "
    "confirm to the duty room",
    "page_other_untold": "{place} {level} could not be sent to {person}: {~evidence}. Take over, "
    "tell him. Reply {code} to confirm",
    "page_other_untold_oneway": "{place} {level} could not be sent to {person}: {~evidence}. Take "
    "over, tell him and confirm to the duty room",
    "page_other_by_hand": "{person} does not answer the duty room: {~text}. Take over, wake him. "
    "Reply {code} to confirm",
    "page_other_by_hand_oneway": "{person} does not answer the duty room: {~text}. Take over, wake "
    "him and confirm to the duty room",
    "page_other_by_hand_untold": "A message of the duty room could not be sent to {person}: "
    "{~text}. Take over, tell him. Reply {code} to confirm",
    "page_other_by_hand_untold_oneway": "A message of the duty room could not be sent to {person}: "
    "{~text}. Take over, tell him and confirm to the duty room",
    "page_bundle": "{count} alerts: {~list}. Act now. Reply OK for all, or {codes}",
    "page_moved_out": "{place} {level} alert: {~evidence}. Move people out now. Reply {code} to "
    'confirm, then "moved {code}"',
    "page_bundle_moved_out": "{count} alerts: {~list}. Move people out now. Reply OK for all, then "
    '"moved" with {codes}',
    "page_bundle_arrived": "{count} alerts: {~list}. Come to {unit} now. Reply OK for all, then "
    '"arrived"',
    "page_bundle_oneway": "{count} alerts: {~list}. Act now and confirm to the duty room",
    "page_other_bundle": "{count} pages unanswered: {~list}. Take over, wake them. Reply OK for "
    "all, or {codes}",
    "page_other_bundle_oneway": "{count} pages unanswered: {~list}. Take over and confirm to the "
    "duty room",
    "exercise_mark": "EXERCISE: ",
    "exercise_text": "{place} {level} alert, for practice: only confirm, do not go out",
    "exercise": "{~text}. Reply {code} to confirm",
    "exercise_oneway": "{~text}. Confirm to the duty room",
    "exercise_link": "{~text}. Reply {code} or open {link}",
    "exercise_link_only": "{~text}. Confirm: {link}",
    "page_by_hand": "{~text}. Reply {code} to confirm",
    "page_by_hand_oneway": "{~text}. Confirm to the duty room",
    "alarm_unreached": "ALARM{again}: {person} does not answer for {place} {level}. Send "
    "somebody to the door. Reply {code} once you know",
    "alarm_unreached_untold": "ALARM{again}: {place} {level} could not be sent to {person}. "
    "Send somebody to the door. Reply {code} once you know",
    "alarm_unreached_by_hand": "ALARM{again}: {person} does not answer. Send somebody to the door: "
    "{~text}. Reply {code} once you know",
    "alarm_unreached_by_hand_untold": "ALARM{again}: {person} could not be sent a message. Send "
    "somebody to the door: {~text}. Reply {code} once you know",
    "alarm_not_arrived": "ALARM{again}: {person} was called and has not arrived. Reply {code} once "
    "you know",
    "alarm_not_moved_out": "ALARM{again}: {person} confirmed {place} and has not reported people "
    "moved out. Reply {code} once you know",
    "alarm_nobody_to_page": "ALARM{again}: {place} {level}: nobody stands for {group}. Reply "
    "{code} once you know",
    "alarm_feed_stale": "ALARM{again}: feed {feed} silent since {since}. No data is not no rain. "
    "Reply {code} once you know",
    "alarm_feed_unread": "ALARM{again}: some of feed {feed} cannot be read or placed since "
    "{since}. See its website. Reply {code} once you know",
    "alarm_gateway_dead": "ALARM{again}: gateway {gateway} refuses or is down ({code_}). Phone "
    "instead. Reply {code} once you know",
    "alarm_gateway_mute": "ALARM{again}: gateway {gateway} answers nothing since {since}: replies "
    "may wait there. Phone. Reply {code} once you know",
    "alarm_number_invalid": "ALARM{again}: {person} cannot be reached by {channel} ({code_}). "
    "Reply {code} once you know",
    "alarm_roster_hole": "ALARM{again}: too few on {post} from {start} to {end}. Reply {code} once "
    "you know",
    "alarm_suspect_unverified": "ALARM{again}: {gauge} {amount}{measure} unverified; {place} "
    "to {level} in 5 min if not rejected. Reply {code}",
    "alarm_warning_unconfirmed": "ALARM{again}: {~headline}: not ended or renewed since {since}; "
    "level held. Ask who issued it. Reply {code} once you know",
    "alarm_clock_step": "ALARM{again}: the clock stepped by {seconds} s. Reply {code} once you "
    "know",
    "alarm_cycle_late": "ALARM{again}: nothing was watched for {seconds} s; check rain and pages."
    " Reply {code} once you know",
    "alarm_disk": "ALARM{again}: only {free} MB left on disk, soon nothing can be recorded. "
    "Reply {code} once you know",
    "alarm_budget": "ALARM{again}: {person} and others have had their texts of 24 h. Phone them. "
    "Reply {code} once you know",
    "alarm_cycle_failing": "ALARM{again}: Fangxun's {part} fails since {since}; watch rain and "
    "pages by hand. Reply {code} once you know",
    "alarm_not_anchored": "ALARM{again}: the journal's head reached no leader since {since}: "
    "check who stands. Reply {code} once you know",
    "alarm_handover_late": "ALARM{again}: the watch of {start} is not handed over "
    "({outgoing} to {incoming}). Reply {code} once you know",
    "alarm_sheet_unwritten": "ALARM{again}: the call sheet is not written since {since}; "
    "check the disk. Reply {code} once you know",
    "alarm_bundle": "{count} alarms{again}: {~list}. Reply OK for all, or {codes}",
    "alarm_bundle_many": "{count} alarms{again}: {~list}. See the terminal. Reply OK for all",
    "again": " ({times}x)",
    "hint": "Not understood. To confirm, reply only with the code in the message, or OK",
    "already": "You have confirmed already; no more replies are needed",
    "on_watch": "On watch at {at}: {~list}",
    "all_clear": "{place}: all clear (incident {incident}). No reply needed",
    "correction": "CORRECTION, {place} (incident {incident}): {~text}. No reply needed",
    "notice_all_clear": "Incident {incident}: every place is at no level. To approve the "
    "all-clear: fangxun incident stand-down {incident}",
    "notice_response": "Incident {incident}: response {response} is proposed. To approve: fangxun "
    "response approve {incident} {response}",
    "notice_handover": "Watch begins: {incidents} incidents, {unconfirmed} unconfirmed, "
    "{unreached} unreached. Journal {count} lines, head {head}: keep this",
    "short_on_watch": "{post} {person} until {end};",
    "short_on_watch_phone": "{post} {person} {phone} until {end};",
    "short_on_watch_more": "{count} more",
    "short_on_watch_nobody": "nobody now",
    "short_page": "{place} {level}",
    "short_other": "{person} ({place} {level})",
    "short_other_untold": "{person} ({place} {level}, not sent)",
    "short_alarm_unreached": "{person} unreached",
    "short_alarm_unreached_untold": "{person} not sent to",
    "short_alarm_not_arrived": "{person} not arrived",
    "short_alarm_not_moved_out": "{place} not moved out",
    "short_alarm_nobody_to_page": "nobody for {place}",
    "short_alarm_feed_stale": "{feed} silent",
    "short_alarm_feed_unread": "{feed} partly unread",
    "short_alarm_gateway_dead": "gateway {gateway} down",
    "short_alarm_gateway_mute": "{gateway} mute",
    "short_alarm_number_invalid": "number of {person}",
    "short_alarm_roster_hole": "hole on {post}",
    "short_alarm_suspect_unverified": "{gauge} suspect",
    "short_alarm_warning_unconfirmed": "warning not ended",
    "short_alarm_clock_step": "clock stepped",
    "short_alarm_cycle_late": "nothing watched",
    "short_alarm_disk": "disk nearly full",
    "short_alarm_budget": "texts used up",
    "short_alarm_cycle_failing": "{part} fails",
    "short_alarm_not_anchored": "journal's head not sent",
    "short_alarm_handover_late": "no handover at {start}",
    "short_alarm_sheet_unwritten": "call sheet not written",
}


def _whole(texts: Mapping[str, str], language: str) -> Mapping[str, str]:
    """With a text for every alarm that asks for no reply, and with what a call says of each."""
    found: dict[str, str] = {}
    for kind, text in texts.items():
        wanted = {"_oneway", "_voice"} if kind.startswith("alarm_") else {"_voice"}
        others = siblings(kind, text, language)
        found |= {name: said for name, said in others.items() if name[len(kind) :] in wanted}
    return {**found, **texts}


TEMPLATES: Mapping[str, Mapping[str, str]] = {
    "zh_CN": _whole({**ZH, **watches.ZH}, "zh_CN"),
    "en": _whole({**EN, **watches.EN}, "en"),
}


def templates(language: str) -> Mapping[str, str]:
    """The texts of a language; Chinese where we have no such language."""
    return TEMPLATES.get(language, TEMPLATES["zh_CN"])
