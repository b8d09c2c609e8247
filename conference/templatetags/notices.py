from __future__ import annotations

import math
import time

from django.template import Context, Library

from conference import notices
from conference.notices import Planned

register = Library()


@register.simple_tag(takes_context=True)
def site_notice(context: Context) -> Planned | None:
    """The notice to show on this page, unless this browser has closed it."""
    notice, request = notices.current(time.monotonic()), context.get("request")
    closed = request.COOKIES.get(notices.COOKIE) if request is not None else None
    return notice if notice is not None and notice.id != closed else None


@register.filter
def seconds_left(notice: Planned) -> int:
    return max(1, math.ceil(notice.ends - time.monotonic()))
