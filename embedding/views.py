"""The page of a meeting for a frame of another site. It looks at no cookie and sets none: whoever it is for is a guest."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import nullcontext
from functools import cache, wraps
from typing import Final

from csp.constants import SELF
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import condition, require_http_methods, require_safe

from accounts import networks
from accounts.http import Request
from accounts.throttle import Throttled
from conference import branding, bundles
from embedding import sites
from rooms import entry, frames, guests, join_links, room_data
from rooms.entry import Visit
from rooms.forms import PasscodeForm
from rooms.http import status
from rooms.models import JoinLink
from rooms.policy import Admission
from signaling.ports import RoomUnavailable

NOBODY: Final = AnonymousUser()
#: Ends the address to which the form for the passcode is sent.
PASSCODE: Final = "/passcode"

#: For how long a browser does not ask for the script again.
SCRIPT_SECONDS: Final = 300

View = Callable[[Request, str], HttpResponse]


@cache
def _script() -> bytes:
    return bundles.named("embed.js")


def _etag(request: HttpRequest) -> str:
    return f'"{branding.digest(_script())}"'


@require_safe
@cache_control(public=True, max_age=SCRIPT_SECONDS)
@condition(etag_func=_etag)
def script(request: HttpRequest) -> HttpResponse:
    """The script for pages of other sites, at an address that stays."""
    response = HttpResponse(_script(), content_type="text/javascript; charset=utf-8")
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _framed(ordinary: str) -> Callable[[View], Callable[..., HttpResponse]]:
    """A decorator for the views of this module. A page that is not in a frame is the ``ordinary`` one.

    Forms need no token against other sites: whoever sends one does so as nobody.
    """

    def decorate(view: View) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @never_cache
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def answer(request: Request, *, slug: str = "", token: str = "") -> HttpResponse:
            key = slug or token
            is_framed = request.headers.get("Sec-Fetch-Dest") != "document"
            return _as_nobody(view, request, key) if is_framed else redirect(ordinary, key)

        return answer

    return decorate


def _as_nobody(view: View, request: Request, key: str) -> HttpResponse:
    """What the view answers to somebody without an account, a session or cookies; or why there is no meeting."""
    request.user, request.session, request.COOKIES = NOBODY, frames.session(), {}
    try:
        return view(request, key)
    except RoomUnavailable:
        return _refuse(request, "closed", 404)
    except Throttled as throttled:
        response = _refuse(request, "throttled", 429)
        response["Retry-After"] = str(throttled.seconds)
        return response


@_framed("room")
def room(request: Request, slug: str) -> HttpResponse:
    def seen(session: SessionBase) -> Visit:
        return entry.look(slug, NOBODY, session, "", networks.address(request))

    return _answer(request, seen)


@_framed("follow")
def join(request: Request, token: str) -> HttpResponse:
    """The page that a join link opens. Looking at it does not use the link up; joining does."""
    try:
        link = join_links.read(token)
    except BadSignature:
        return _refuse(request, "foreign", 404)
    if link is None or link.expired:
        return _refuse(request, "expired", 410)

    def seen(session: SessionBase) -> Visit:
        return entry.foresee(link, session, networks.address(request))

    with translation.override(link.language) if link.language else nullcontext():
        return _answer(request, seen, link)


def _answer(request: Request, seen: Callable[[SessionBase], Visit], link: JoinLink | None = None) -> HttpResponse:
    """The page of the meeting, or the form for its passcode before. A site that may show neither gets the browser's refusal."""
    session = request.session
    visit = seen(session)
    site, allowed = request.GET.get("site", ""), sites.allowed(visit.room.pk)
    if site not in {"", _own(request), *allowed}:
        return HttpResponseForbidden()
    ancestors = [site] if site in allowed else [] if site else allowed
    if visit.admission is Admission.PASSCODE:
        given = request.POST if request.path.endswith(PASSCODE) else {}
        form = PasscodeForm(given or None, room=visit.room, client=networks.address(request), identity=None)
        if not form.is_valid():
            page = render(request, "embedding/passcode.html", {"form": form, "action": _action(request)}, status=_status(form))
            return _for_frames(page, ancestors)
        session = frames.session(visit.room)
        visit = seen(session)
    guests.count_new(networks.address(request))
    frame = {"guest": frames.guest(visit.room.slug), "grant": frames.grant(visit.room, link, session), "site": site}
    data = {**room_data.describe(request, visit), "urls": {}, "frame": frame}
    facts = {"room": visit.room, "room_data": data, "told_apart": False, "embedded": True, "link": link}
    return _for_frames(render(request, "rooms/room.html", facts), ancestors)


def _own(request: Request) -> str:
    """Our own origin, where an administrator tries it out."""
    return request.build_absolute_uri("/").rstrip("/")


def _action(request: Request) -> str:
    """Where the form for the passcode goes: an address for which places are kept free that hash (``conference/gate.py``)."""
    query = request.META["QUERY_STRING"]
    return request.path.removesuffix(PASSCODE) + PASSCODE + (f"?{query}" if query else "")


def _status(form: PasscodeForm) -> int:
    return 429 if form.throttled else status(form)


def _refuse(request: Request, why: str, code: int) -> HttpResponse:
    """A page that says why there is no meeting, on every site that may show any room."""
    return _for_frames(render(request, "embedding/refused.html", {"why": why}, status=code), sites.allowed(None))


def _for_frames(response: HttpResponse, ancestors: Collection[str]) -> HttpResponse:
    """Let pages of these origins and our own show the response in a frame. In the page, a PDF that somebody sent is in one."""
    response.xframe_options_exempt = True
    response._csp_replace = {"frame-ancestors": [SELF, *ancestors]}  # type: ignore[attr-defined]
    response._csp_update = {"frame-src": ["blob:"]}  # type: ignore[attr-defined]
    return response
