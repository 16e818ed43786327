"""Codes of attempts that are ours or HTTP's, in words."""

from __future__ import annotations

from collections.abc import Mapping

from fangxun.core.errors import N_

OURS: Mapping[str, str] = {
    "expired": N_("It could not leave within its useful life."),
    "not-found": N_("The provider, asked for it, had nothing of it."),
    "no-number": N_("There was no number in the form +86..."),
    "fictional-number": N_("It is an example number that rings nobody."),
    "no-channel": N_("The gateway does not serve this channel."),
    "no-gateway": N_("The gateway is not configured any more."),
    "unreached": N_("The gateway could not be reached."),
    "refused": N_("The gateway could not be reached."),
    "not-written": N_("The local terminal could not be written to."),
    "no-template": N_("No registered template says this."),
    "country-closed": N_("The gateway does not serve this country."),
    "text-too-long": N_("The text was too long to be spoken twice."),
    "no-address": N_("There was no e-mail address."),
    "fictional-address": N_("It is an example address that reaches nobody."),
    "no-key": N_("The call was answered and no key was pressed: perhaps by voicemail."),
    "no-journal-key": N_("The file of the journal's key could not be read."),
    "429": N_("The gateway asked us to slow down."),
    "401": N_("The gateway did not accept our credentials."),
    "403": N_("The gateway did not accept our credentials."),
}
"""Whatever the gateway; a provider's own codes are in its gateway's table."""
