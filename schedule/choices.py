"""The form by which people choose what they hear of."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from schedule import mails
from schedule.models import NotificationChoices


class ChoicesForm(forms.ModelForm):
    """Without a mail server, nothing of mail can be chosen."""

    class Meta:
        model = NotificationChoices
        fields = ("browser", "browser_minutes", "mail", "mail_minutes", "summaries")
        labels = {
            "browser": _("Notify me in the browser of"),
            "browser_minutes": _("How long before"),
            "mail": _("Remind me by mail of"),
            "mail_minutes": _("How long before"),
            "summaries": _("After meetings in rooms that I own, mail me who came, for"),
        }
        help_texts = {
            "browser": _("While a page of this site is open."),
            "mail": _("You get no reminder of a meeting to which you answered no."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not mails.are_sent():
            for name in ("mail", "mail_minutes", "summaries"):
                del self.fields[name]
