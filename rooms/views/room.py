from __future__ import annotations

from io import BytesIO

import segno
from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import networks, throttle
from accounts.http import Request
from accounts.throttle import Limit, Throttled
from rooms import guests, identities, passcodes, room_data
from rooms.entry import Visit
from rooms.forms import PasscodeForm
from rooms.http import address, at_the_door, status, too_many
from rooms.policy import Admission
from signaling import live
from signaling.lending import lend

#: A connection test asks once. There is a limit, because credentials of a TURN server have value.
TRIALS = Limit("trials", 6, 60)
#: The green room asks when it is shown.
LOOKS = Limit("elsewhere", 20, 60)


@require_safe
@at_the_door
def room(request: Request, visit: Visit) -> HttpResponse:
    if visit.admission is Admission.PASSCODE:
        return redirect("passcode", visit.room.slug)
    guest = guests.find(request.COOKIES, request.session)
    try:
        if not request.user.is_authenticated and not guest:
            guests.count_new(networks.address(request))
    except Throttled as throttled:
        return too_many(request, throttled)
    told_apart = bool(networks.known_prefix(networks.address(request)))
    facts = {"room": visit.room, "room_data": room_data.describe(request, visit), "told_apart": told_apart}
    response = render(request, "rooms/room.html", facts)
    # A PDF that somebody sent is shown in a frame, by the browser's own viewer.
    response._csp_update = {"frame-src": ["blob:"]}  # type: ignore[attr-defined]
    if not request.user.is_authenticated:
        guests.remember(response, guest)
    return response


@require_safe
def written(request: Request, slug: str) -> HttpResponse:
    """Redirect to the normal form of the link, whether there is such a room or not."""
    return redirect("room", slug)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_door
def passcode(request: Request, visit: Visit) -> HttpResponse:
    if visit.admission is not Admission.PASSCODE:
        return redirect(visit.room)
    identity = identities.identify(request.user, guests.find(request.COOKIES, request.session))
    form = PasscodeForm(request.POST or None, room=visit.room, client=networks.address(request), identity=identity)
    if form.is_valid():
        passcodes.grant(request.session, visit.room)
        return redirect(visit.room)
    return render(request, "rooms/passcode.html", {"form": form}, status=429 if form.throttled else status(form))


@require_safe
@at_the_door
def ice(request: Request, visit: Visit) -> HttpResponse:
    """ICE servers for the connection test, for whoever sees the green room, a few times a minute."""
    identity = identities.identify(request.user, guests.find(request.COOKIES, request.session))
    if visit.admission in {Admission.PASSCODE, Admission.BARRED} or identity is None:
        return JsonResponse({}, status=403)
    try:
        throttle.take(TRIALS, identity)
        throttle.take(Limit("trials-address", settings.TESTS_PER_ADDRESS, 60), networks.client_prefix(networks.address(request)))
    except Throttled as throttled:
        return JsonResponse({}, status=429, headers={"Retry-After": str(throttled.seconds)})
    lent = lend(f"trial.{identity}", str(visit.room.pk), visit.room.effective_ice_policy)
    return JsonResponse({"servers": lent.servers, "policy": lent.policy})


@require_safe
@at_the_door
def elsewhere(request: Request, visit: Visit) -> HttpResponse:
    """Whether the same person is connected to the meeting now, in another window or on another device. Nothing about others."""
    identity = identities.identify(request.user, guests.find(request.COOKIES, request.session))
    if visit.admission in {Admission.PASSCODE, Admission.BARRED} or identity is None:
        return JsonResponse({}, status=403)
    try:
        throttle.take(LOOKS, identity)
    except Throttled as throttled:
        return JsonResponse({}, status=429, headers={"Retry-After": str(throttled.seconds)})
    own = [person for person in live.people(str(visit.room.pk)) or [] if person.identity == identity]
    return JsonResponse({"elsewhere": any(person.state == "present" and person.link == "attached" for person in own)})


@require_safe
@at_the_door
def qr(request: Request, visit: Visit) -> HttpResponse:
    """The room's link as a QR code, with the white border that cameras need."""
    picture = BytesIO()
    segno.make(address(request, visit.room), error="m").save(picture, kind="svg", light="#fff", border=4, omitsize=True)
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")
