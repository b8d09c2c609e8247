"""Imports only point down: pure <- state <- edge <- wiring, in both languages, and edges never import edges.

A module that no row names fails the test: whoever adds one decides where it stands.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.imports import specifiers

ROOT = Path(__file__).resolve().parents[1]
LAYERS = ("pure", "state", "edge", "wiring")

Arrow = tuple[str, str]

#: The first row that fits decides. Forms and models are state; what answers a request is an edge.
PYTHON = {
    "rooms/models/*.py": "state",
    "*/__init__.py": "pure",
    "jobs/kinds.py": "pure",
    "jobs/queue.py": "state",
    "jobs/runner.py": "state",
    "jobs/sealing.py": "state",
    "jobs/written.py": "state",
    "events/followers.py": "pure",
    "events/outbox.py": "state",
    "conference/kinds.py": "wiring",
    "conference/relays.py": "wiring",
    "conference/overview.py": "state",
    "conference/dashboard.py": "edge",
    "conference/branding.py": "state",
    "conference/factors.py": "edge",
    "conference/known.py": "state",
    "conference/ledger.py": "state",
    "conference/relay_events.py": "pure",
    "conference/relay_reader.py": "state",
    "conference/notices.py": "state",
    "conference/contrast.py": "pure",
    "conference/env.py": "pure",
    "conference/greeting.py": "pure",
    "tests.imports.py": "pure",
    "conference/mail.py": "pure",
    "conference/origins.py": "pure",
    "conference/png.py": "pure",
    "conference/redaction.py": "pure",
    "conference/refusals.py": "state",
    "conference/catalog.py": "state",
    "conference/cleaning.py": "wiring",
    "conference/bundles.py": "state",
    "conference/collected.py": "state",
    "conference/storage.py": "state",
    "conference/counters.py": "state",
    "conference/database.py": "pure",
    "conference/gate.py": "state",
    "conference/places.py": "state",
    "conference/redis.py": "state",
    "conference/responses.py": "pure",
    "conference/stores.py": "state",
    "conference/unavailable.py": "edge",
    "conference/lock.py": "state",
    "conference/malformed.py": "edge",
    "conference/private.py": "state",
    "conference/sessions.py": "state",
    "conference/findings.py": "pure",
    "conference/forwarding.py": "pure",
    "conference/visitor.py": "state",
    "conference/arrival.py": "edge",
    "conference/boundary.py": "edge",
    "conference/entrance.py": "wiring",
    "conference/handler.py": "edge",
    "conference/headers.py": "edge",
    "conference/health.py": "edge",
    "conference/metrics.py": "edge",
    "conference/turn.py": "state",
    "conference/examination.py": "wiring",
    "conference/static.py": "edge",
    "conference/asgi.py": "wiring",
    "conference/ending.py": "wiring",
    "conference/server/addresses.py": "state",
    "conference/server/inbox.py": "state",
    "conference/server/sockets.py": "state",
    "conference/server/requests.py": "edge",
    "conference/server/server.py": "wiring",
    "conference/server/__main__.py": "wiring",
    "conference/checks.py": "wiring",
    "conference/workers.py": "wiring",
    "conference/settings.py": "wiring",
    "accounts/names.py": "pure",
    "accounts/addresses.py": "state",
    "accounts/clock.py": "pure",
    "accounts/credentials.py": "state",
    "accounts/devices.py": "state",
    "accounts/fragments.py": "state",
    "accounts/guesses.py": "state",
    "accounts/http.py": "state",
    "accounts/languages.py": "state",
    "accounts/logins.py": "state",
    "accounts/networks.py": "state",
    "accounts/outbox.py": "state",
    "accounts/reauthentication.py": "state",
    "accounts/prepared.py": "state",
    "accounts/setup.py": "state",
    "accounts/streams.py": "state",
    "accounts/signals.py": "state",
    "accounts/zones.py": "pure",
    "accounts/adapter.py": "edge",
    "accounts/middleware.py": "edge",
    "*/personal.py": "state",
    "*/receivers.py": "edge",
    "accounts/openid.py": "edge",
    "accounts/context_processors.py": "edge",
    "rooms/converters.py": "pure",
    "rooms/mesh.py": "pure",
    "rooms/policy.py": "pure",
    "rooms/slugs.py": "pure",
    "rooms/spans.py": "pure",
    "rooms/spreadsheets.py": "pure",
    "rooms/actors.py": "state",
    "rooms/attendance.py": "state",
    "rooms/audit.py": "state",
    "rooms/bans.py": "state",
    "rooms/commands.py": "state",
    "rooms/entry.py": "state",
    "rooms/frames.py": "state",
    "rooms/guests.py": "state",
    "rooms/history.py": "state",
    "rooms/http.py": "state",
    "rooms/identities.py": "state",
    "rooms/invitations.py": "state",
    "rooms/join_links.py": "state",
    "rooms/room_data.py": "state",
    "rooms/live_people.py": "state",
    "rooms/live_picture.py": "state",
    "rooms/misses.py": "state",
    "rooms/pages.py": "state",
    "rooms/passcodes.py": "state",
    "rooms/occupancy.py": "state",
    "rooms/quotas.py": "state",
    "rooms/retention.py": "state",
    "rooms/sockets.py": "state",
    "rooms/standings.py": "state",
    "rooms/succession.py": "state",
    "rooms/timeline.py": "state",
    "accounts/throttle.py": "state",
    "rooms/views/*.py": "edge",
    "schedule/addressees.py": "pure",
    "schedule/changes.py": "pure",
    "schedule/ics.py": "pure",
    "schedule/recurrence.py": "pure",
    "schedule/vtimezone.py": "pure",
    "schedule/wording.py": "pure",
    "schedule/zones.py": "pure",
    "schedule/commands.py": "state",
    "schedule/downloads.py": "state",
    "schedule/entries.py": "state",
    "schedule/farewells.py": "state",
    "schedule/invitee_forms.py": "state",
    "schedule/invitees.py": "state",
    "schedule/letters.py": "state",
    "schedule/links.py": "state",
    "schedule/mails.py": "state",
    "schedule/planning.py": "state",
    "schedule/calendar.py": "state",
    "schedule/soon.py": "state",
    "schedule/periods.py": "pure",
    "rooms/durations.py": "pure",
    "schedule/charts.py": "pure",
    "schedule/reports.py": "state",
    "schedule/retention.py": "state",
    "schedule/term.py": "state",
    "schedule/choices.py": "state",
    "schedule/notices.py": "state",
    "schedule/notifications.py": "state",
    "schedule/reminders.py": "state",
    "schedule/summaries.py": "state",
    "schedule/upcoming.py": "state",
    "schedule/views/*.py": "edge",
    "api/auth.py": "state",
    "api/callers.py": "state",
    "api/document.py": "wiring",
    "api/etags.py": "state",
    "api/guard.py": "wiring",
    "api/once.py": "state",
    "api/pages.py": "state",
    "api/problems.py": "pure",
    "api/rates.py": "state",
    "api/reference.py": "wiring",
    "api/resources/*.py": "edge",
    "api/scopes.py": "pure",
    "api/shapes.py": "state",
    "api/token_form.py": "state",
    "api/tokens.py": "state",
    "api/v1.py": "wiring",
    "lti/courses.py": "state",
    "lti/messages.py": "pure",
    "lti/questions.py": "state",
    "lti/tokens.py": "state",
    "webhooks/destinations.py": "pure",
    "webhooks/signatures.py": "pure",
    "webhooks/deliveries.py": "state",
    "webhooks/payloads.py": "state",
    "webhooks/transport.py": "state",
    "embedding/sites.py": "state",
    "signaling/attestations.py": "pure",
    "signaling/breakouts.py": "pure",
    "signaling/cancellation.py": "pure",
    "signaling/candidates.py": "pure",
    "signaling/digest.py": "pure",
    "signaling/digesting.py": "state",
    "signaling/ice.py": "pure",
    "signaling/limits.py": "pure",
    "signaling/connection.py": "state",
    "signaling/turns.py": "state",
    "signaling/metrics.py": "pure",
    "signaling/permissions.py": "pure",
    "signaling/ports.py": "pure",
    "signaling/process.py": "state",
    "signaling/protocol/*.py": "pure",
    "signaling/settings.py": "pure",
    "signaling/roster/*.py": "state",
    "signaling/division.py": "state",
    "signaling/goodbyes.py": "state",
    "signaling/joining.py": "state",
    "signaling/journal.py": "state",
    "signaling/keeper.py": "state",
    "signaling/lending.py": "state",
    "signaling/live.py": "state",
    "signaling/lookups.py": "state",
    "signaling/mailbox.py": "state",
    "signaling/moderation.py": "state",
    "signaling/open_sockets.py": "state",
    "signaling/send_queue.py": "state",
    "signaling/switchboard.py": "state",
    "signaling/tasks.py": "state",
    "signaling/telling.py": "state",
    "signaling/tickets.py": "pure",
    "signaling/view.py": "state",
    "signaling/watching.py": "state",
    "signaling/review.py": "state",
    "signaling/worker.py": "state",
    "signaling/consumers.py": "edge",
    "signaling/routing.py": "wiring",
    "*/forms.py": "state",
    "*/models.py": "state",
    "*/admin.py": "edge",
    "*/templatetags/*.py": "edge",
    "*/views.py": "edge",
    "*/apps.py": "wiring",
    "*/management/*.py": "wiring",
    "*/migrations/*.py": "wiring",
    "*/urls.py": "wiring",
}

JAVASCRIPT = {
    "embedding/*.js": "pure",
    "channels/catalogue.js": "pure",
    "channels/framing.js": "pure",
    "chat/entry.js": "pure",
    "chat/markup.js": "pure",
    "chat/saved.js": "pure",
    "chat/offer.js": "pure",
    "chat/transcript.js": "pure",
    "channels/protocols/*.js": "pure",
    "files/choice.js": "pure",
    "verification/code.js": "pure",
    "files/manifest.js": "pure",
    "files/piece-map.js": "pure",
    "files/tab.js": "pure",
    "files/transfer.js": "pure",
    "files/window.js": "pure",
    "lib/*.js": "pure",
    "meeting/demands.js": "pure",
    "meeting/stage/order.js": "state",
    "media/active-speaker.js": "pure",
    "rtc/adaptation/allocation.js": "pure",
    "rtc/encoding/vp8.js": "pure",
    "rtc/model/*.js": "pure",
    "rtc/pair/peer-state.js": "pure",
    "rtc/pair/remote-state.js": "pure",
    "rtc/recovery/remedies.js": "pure",
    "rtc/signal/candidate-policy.js": "pure",
    "rtc/signal/sdp.js": "pure",
    "rtc/stats/edges.js": "pure",
    "rtc/stats/grade.js": "pure",
    "rtc/stats/headroom.js": "pure",
    "rtc/stats/oversize.js": "pure",
    "signaling/protocol.js": "pure",
    "signaling/restrictions.js": "pure",
    "ui/excerpt.js": "pure",
    "ui/file-face.js": "pure",
    "ui/file-words.js": "pure",
    "ui/grid.js": "pure",
    "ui/mesh-layout.js": "pure",
    "ui/chat-composer.js": "state",
    "ui/chat-list.js": "state",
    "ui/chat-menu.js": "state",
    "ui/chat-row.js": "state",
    "ui/emoji-picker.js": "state",
    "ui/focus-keeper.js": "state",
    "ui/roving-focus.js": "state",
    "ui/playback.js": "state",
    "ui/scene.js": "pure",
    "channels/*.js": "state",
    "chat/*.js": "state",
    "files/*.js": "state",
    "verification/*.js": "state",
    "media/*.js": "state",
    "preferences/*.js": "state",
    "preflight/connection-test.js": "wiring",
    "preflight/*.js": "state",
    "rtc/*.js": "state",
    "signaling/*.js": "state",
    "ui/*.js": "edge",
    "meeting/*.js": "wiring",
    "pages/*.js": "wiring",
}

#: The folders of JavaScript, each of which may import those before it, never one behind it. Types count as imports.
FOLDERS = (
    "lib",
    "verification",
    "rtc/model",
    "signaling",
    "channels/protocols",
    "channels",
    "chat",
    "files",
    "media/sources",
    "media",
    "rtc/recovery",
    "rtc/signal",
    "rtc/encoding",
    "rtc/stats",
    "rtc/pair",
    "rtc/adaptation",
    "rtc/monitor",
    "rtc",
    "ui",
    "preferences",
    "preflight",
    "meeting/stage",
    "meeting",
    "embedding",
    "pages",
)

#: The apps, each of which may import those before it, never one behind it.
ORDER = ("signaling", "jobs", "events", "accounts", "rooms", "schedule", "webhooks", "api", "lti", "conference", "embedding")

#: What one app may know of another, where that is less than everything below it.
DOORS = {
    ("accounts", "signaling"): {"signaling/live.py", "signaling/protocol/*.py"},
    ("rooms", "signaling"): {
        "signaling/lending.py",
        "signaling/live.py",
        "signaling/permissions.py",
        "signaling/ports.py",
        "signaling/protocol/*.py",
        "signaling/settings.py",
    },
}

#: Where JSDoc names a module.
TYPES = re.compile(r"""(?:@import [^"\n]*|\bimport\()"(\.[^"]*)""")

#: Words a folder of JavaScript does not say.
UNSAID = {"rtc": "document", "signaling": "document", "ui": "RTCPeerConnection"}


def layer(path: str, table: dict[str, str]) -> int:
    for pattern, name in table.items():
        if fnmatch(path, pattern):
            return LAYERS.index(name)
    raise LookupError(f"{path}: no layer. Add it to tests/test_layers.py.")


def python_arrows() -> Iterator[Arrow]:
    modules = {module_name(path): path for app in ORDER for path in (ROOT / app).rglob("*.py")}
    for name, path in modules.items():
        for target in set(python_imports(path, modules.keys())) - {name}:
            yield path.relative_to(ROOT).as_posix(), modules[target].relative_to(ROOT).as_posix()


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def python_imports(path: Path, modules: Collection[str]) -> Iterator[str]:
    """The modules among ``modules`` that a file names; an import from a package is one of its module, if it has that one."""
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Import(names):
                yield from (alias.name for alias in names if alias.name in modules)
            case ast.ImportFrom(str(module), names):
                assert not node.level, f"{path}: a relative import"
                for alias in names:
                    whole = f"{module}.{alias.name}"
                    yield from [name for name in (whole, module) if name in modules][:1]


def javascript_arrows(named_by: Callable[[str], list[str]] = specifiers) -> Iterator[Arrow]:
    source = ROOT / "static" / "js"
    for path in source.rglob("*.js"):
        for specifier in named_by(path.read_text()):
            target = (path.parent / specifier).resolve()
            assert target.is_file(), f"{path}: {specifier} does not exist"
            yield path.relative_to(source).as_posix(), target.relative_to(source).as_posix()


def type_arrows() -> Iterator[Arrow]:
    """What JSDoc names: ``@import { T } from "./x.js"`` and ``import("./x.js").T``."""
    return javascript_arrows(TYPES.findall)


def is_permitted_between_folders(arrow: Arrow) -> bool:
    upper, lower = (FOLDERS.index(path.rpartition("/")[0]) for path in arrow)
    return upper >= lower


def points_down(arrow: Arrow, table: dict[str, str]) -> bool:
    upper, lower = (layer(path, table) for path in arrow)
    return upper > lower or (upper == lower != LAYERS.index("edge"))


@pytest.mark.parametrize(
    ("arrows", "table"), [(python_arrows, PYTHON), (javascript_arrows, JAVASCRIPT)], ids=["python", "javascript"]
)
def test_imports_only_point_down(arrows: Callable[[], Iterator[Arrow]], table: dict[str, str]) -> None:
    wrong = sorted(f"{upper} -> {lower}" for upper, lower in arrows() if not points_down((upper, lower), table))
    assert not wrong, "\n".join(wrong)


def test_every_module_of_javascript_has_a_layer() -> None:
    source = ROOT / "static" / "js"
    for path in source.rglob("*.js"):
        layer(path.relative_to(source).as_posix(), JAVASCRIPT)


def test_folders_of_javascript_import_in_one_direction() -> None:
    arrows = {*javascript_arrows(), *type_arrows()}
    wrong = sorted(f"{upper} -> {lower}" for upper, lower in arrows if not is_permitted_between_folders((upper, lower)))
    assert not wrong, "\n".join(wrong)


def test_an_import_against_the_order_of_the_folders_is_seen() -> None:
    assert not is_permitted_between_folders(("rtc/model/slots.js", "rtc/mesh.js"))
    assert not is_permitted_between_folders(("channels/control.js", "rtc/pair/peer.js"))
    assert is_permitted_between_folders(("rtc/mesh.js", "rtc/pair/peer.js"))
    assert is_permitted_between_folders(("rtc/pair/peer.js", "rtc/pair/connection.js"))


def test_an_arrow_that_points_up_is_seen() -> None:
    assert not points_down(("signaling/protocol/frames.py", "signaling/worker.py"), PYTHON)
    assert not points_down(("accounts/views.py", "accounts/admin.py"), PYTHON)
    assert points_down(("signaling/consumers.py", "signaling/protocol/frames.py"), PYTHON)


def is_permitted_between_apps(arrow: Arrow) -> bool:
    upper, lower = (path.partition("/")[0] for path in arrow)
    doors = DOORS.get((upper, lower), {"*"})
    return ORDER.index(upper) >= ORDER.index(lower) and any(fnmatch(arrow[1], door) for door in doors)


def test_apps_import_in_one_direction_and_meet_only_at_their_doors() -> None:
    wrong = sorted(f"{upper} -> {lower}" for upper, lower in python_arrows() if not is_permitted_between_apps((upper, lower)))
    assert not wrong, "\n".join(wrong)


def test_an_import_against_the_order_of_the_apps_is_seen() -> None:
    assert not is_permitted_between_apps(("signaling/live.py", "rooms/history.py"))
    assert not is_permitted_between_apps(("accounts/receivers.py", "rooms/entry.py"))
    assert not is_permitted_between_apps(("rooms/views/room.py", "signaling/worker.py"))
    assert is_permitted_between_apps(("rooms/views/room.py", "signaling/live.py"))


@pytest.mark.parametrize(("folder", "word"), UNSAID.items())
def test_a_folder_does_not_say(folder: str, word: str) -> None:
    for path in (ROOT / "static" / "js" / folder).rglob("*.js"):
        code = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(), flags=re.DOTALL)
        assert not re.search(rf"\b{word}\b", code), f"{path.relative_to(ROOT)} says {word}"
