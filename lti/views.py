"""The two addresses that a platform uses: the beginning of a launch, and its answer."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from lti import courses, messages, questions, tokens
from lti.messages import Wrong
from lti.models import Platform
from rooms import join_links

logger = logging.getLogger(__name__)

HINT_MAX = 4096


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """A platform begins a launch (LTI 1.3 Security Framework, section 5.1.1.1). Changes nothing."""
    said = request.POST if request.method == "POST" else request.GET
    found = _known(said.get("iss", ""), said.get("client_id", ""))
    hint, message_hint = said.get("login_hint", ""), said.get("lti_message_hint", "")
    if len(found) != 1 or not hint or max(len(hint), len(message_hint)) > HINT_MAX:
        return _refused(request, _("This server does not know the learning platform that the link comes from."))
    return questions.ask(found[0], request.build_absolute_uri(reverse("lti_launch")), hint, message_hint)


@csrf_exempt
@never_cache
@require_POST
def launch(request: HttpRequest) -> HttpResponse:
    """The platform says who comes into which course. Leads to a join link for them."""
    try:
        pk, nonce = questions.answered(request)
        platform = Platform.objects.filter(pk=pk, enabled=True).first()
        if platform is None:
            raise Wrong("the platform was removed")
        asked = messages.read(tokens.claims(platform, request.POST.get("id_token", ""), nonce))
        if not platform.knows(asked.deployment):
            raise Wrong("the deployment is not known")
    except Wrong as wrong:
        logger.warning("A launch of a learning platform was refused: %s", wrong)
        return _refused(
            request, _("The link could not be checked. Go back to your course and follow it again, in a window of its own.")
        )
    link = courses.admit(platform, asked)
    if link is None:
        return render(request, "lti/early.html", {"platform": platform})
    response = redirect("follow", join_links.token(link))
    questions.forget(response)
    return response


def _known(issuer: str, client: str) -> list[Platform]:
    """The platforms with this issuer, and with this client if one is named: two at most."""
    if "\0" in issuer + client:
        return []
    named = {"client": client} if client else {}
    return [*Platform.objects.filter(issuer=issuer, enabled=True, **named)[:2]]


def _refused(request: HttpRequest, why: str) -> HttpResponse:
    return render(request, "lti/refused.html", {"why": why}, status=400)
