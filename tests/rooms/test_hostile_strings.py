"""Whatever a column of text holds, a page shows it as text: it has the same elements and attributes as with a harmless name.

Columns and pages are found, not listed: a new one is tested by itself. A page which shows only columns that others show, too, is
asked for with every third value. What runs in a browser is in ``tests/browser``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import cycle
from urllib.parse import quote

import pytest
from django.apps import apps
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.core.cache import cache
from django.db.models import CharField, Model, TextField
from django.test import Client
from django.urls import get_resolver

from accounts import outbox
from accounts.models import Mail, User
from rooms import history, invitations
from rooms.models import Ban, Invitation, NetworkBan, Room
from schedule import links
from schedule.models import Answer, Invitee
from tests.hostile import CHARACTERS, DATA, STRINGS
from tests.rooms.scenes import make_room
from tests.rooms.test_get_changes_nothing import address, browser, routes
from tests.schedule.scenes import enter, lesson_day, weekly

pytestmark = pytest.mark.django_db

OURS = ("accounts", "rooms", "schedule", "admin")
#: Columns of these names hold what the server makes itself, and finds again by it.
MADE = {
    "password",
    "passcode",
    "slug",
    "key",
    "zone",
    "rule",
    "language",
    "digest",
    "object_id",
    "guest",
    "participant",
    "prefix",
    "change_message",
}
#: What shows nothing that is in tables of ours.
ELSEWHERE = ("accounts/", "admin/auth/", "admin/mfa/", "admin/account/", "admin/socialaccount/", "admin/jsi18n/")
#: The shortest column of names has this length.
WIDTH = 64
#: Pages of the admin are many, and share their templates. Each is asked for with every fifth value.
EVERY = 5
#: A form is posted with every third string, other ones than the form before it in the list. A page that shows
#: only columns that others show, too, is asked for with every third value.
THIRD = 3


def storable(text: str) -> bool:
    """No form lets an empty name pass. PostgreSQL stores no NUL, and no database stores half of a surrogate pair."""
    return bool(text.strip()) and "\0" not in text and text.encode("utf-8", "replace").decode() == text


def packed(texts: Sequence[str]) -> list[str]:
    """The same strings in fewer values, in each as many as a column of names holds."""
    packs: list[str] = []
    for text in sorted(texts, key=len, reverse=True):
        place = next((at for at, pack in enumerate(packs) if len(f"{pack} {text}") <= WIDTH), len(packs))
        packs[place:] = [f"{packs[place]} {text}" if place < len(packs) else text, *packs[place + 1 :]]
    return packs


STORED = [text for text in STRINGS if storable(text)]
#: What is not escaped is found among others, too. What is strange as a whole, like a formula, is a value of its own.
WHOLE = [text for text in STORED if text in (*CHARACTERS, *DATA) or len(text) > WIDTH]
VALUES = [*WHOLE, *packed([text for text in STORED if text not in WHOLE])]


#: The elements of a page, with the names of their attributes.
Elements = list[tuple[str, tuple[str, ...]]]


class Parser(HTMLParser):
    """The admin shows a line break as an element."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Elements = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag != "br":
            self.found.append((tag, tuple(name for name, _ in attributes)))

    def updatepos(self, i: int, j: int) -> int:
        """Nobody asks for the line, and to count lines is a sixth of the work."""
        return j


@pytest.fixture
def room(alice: User, bob: User, mallory: User) -> Room:
    """A room with a row in every table that somebody writes to."""
    room = make_room(alice, member=bob)
    Ban.objects.create(room=room, user=mallory, name="Mallory", by=alice)
    NetworkBan.objects.create(room=room, prefix="192.0.2.1", name="Mallory", by=alice, ends_at="2100-01-01T00:00Z")
    Invitation.objects.create(room=room, email="carol@example.org", by=alice)
    room.join_links.create(name="Dave", role="member", by=alice, expires_at="2100-01-01T00:00Z")
    for participant, name, role in (("p1", "Alice", "owner"), ("p2", "Carol", "guest")):
        history.joined(str(room.pk), participant, f"guest:{name}", name, role)  # type: ignore[arg-type]
    history.divided(str(room.pk), {"b1": "Group 1"}, {"p2": "b1"})
    room.audit_entries.create(room_name=room.name, actor=alice, actor_name="Alice", action="removed", target="Mallory")
    about = ContentType.objects.get_for_model(Room)
    LogEntry.objects.create(user=alice, content_type=about, object_id=str(room.pk), object_repr="Weekly", action_flag=ADDITION)
    outbox.put("carol@example.org", "Subject", "Body")
    lesson = enter(room, alice, weekly(count=3))
    Answer.objects.create(invitee=Invitee.objects.create(scheduled=lesson, email="carol@example.org"), choice="yes")
    return room


def columns(model: type[Model]) -> Iterator[str]:
    """Those that hold what somebody typed."""
    for field in model._meta.concrete_fields:
        if isinstance(field, CharField | TextField) and not field.unique and not field.choices and field.name not in MADE:
            yield field.name


def tables() -> Iterator[tuple[type[Model], list[str]]]:
    for model in apps.get_models():
        if model._meta.app_label in OURS and (names := [*columns(model)]):
            yield model, names


def write(text: str) -> None:
    """Into every such column of every row."""
    for model, names in tables():
        lengths = {name: getattr(model._meta.get_field(name), "max_length", None) for name in names}
        model._base_manager.update(**{name: text[:length] for name, length in lengths.items()})


def html(client: Client, path: str) -> str:
    """A page; nothing if it is none, but for example a redirection."""
    answer = client.get(path)
    assert answer.status_code < 500, path
    is_page = answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")
    return answer.content.decode() if is_page else ""


def elements(client: Client, path: str) -> Elements:
    parser = Parser()
    parser.feed(html(client, path))
    return parser.found


def test_every_table_of_ours_has_a_row(room: Room) -> None:
    empty = [model._meta.label for model, _ in tables() if not model._base_manager.exists()]
    assert empty == ["rooms.Dismissal"], "which no page shows"


@dataclass(frozen=True)
class Page:
    client: Client
    path: str
    harmless: Elements
    values: Sequence[str]


def pages(room: Room, routes: list[str]) -> Iterator[Page]:
    """Those at these addresses. One that is the first to show a column is asked for with more values than the others."""
    visitor = "admin" if routes[0].startswith("admin/") else "Alice"
    paths = [path for route in routes if (path := address(route, room))]
    client = browser(visitor)
    columns = mark()
    found = {path: {column for column in columns if column in content} for path in paths if (content := html(client, path))}
    write("Weekly")
    client = browser(visitor)  # who has not been told what was not found
    seen: set[str] = set()
    for number, path in enumerate(sorted(found, key=lambda path: -len(found[path]))):
        every = (EVERY if path.startswith("/admin/") else 1) * (1 if found[path] - seen else THIRD)
        seen |= found[path]
        harmless = elements(client, path)
        assert harmless, f"{path} is no page without marks"
        yield Page(client, path, harmless, VALUES[number % every :: every])


def mark() -> list[str]:
    """Each column holds a word of its own, too long to be in a token by chance."""
    words: list[str] = []
    for model, names in tables():
        own = {name: f"column{len(words) + number:03}word" for number, name in enumerate(names)}
        model._base_manager.update(**own)
        words += own.values()
    return words


def part(route: str) -> str:
    """Pages of a room, of the admin by application, and the others."""
    first, second, *rest = [*route.split("/"), "", ""]
    if first == "admin":
        return f"admin/{second}" if any(rest) else first
    return "a room" if first == "<room:slug>" else "others"


PARTS = defaultdict(list)
for found in routes(get_resolver()):
    if not found.startswith(ELSEWHERE):
        PARTS[part(found)].append(found)


#: Parts with nothing but data and redirections.
NO_PAGES = {"admin/dashboard", "admin/r"}


@pytest.mark.timeout(1200)  # for hundreds of pages
@pytest.mark.parametrize("part", PARTS)
def test_a_name_is_text_on_a_page(room: Room, part: str) -> None:
    found = [*pages(room, PARTS[part])]
    assert bool(found) == (part not in NO_PAGES)
    for text in VALUES:
        write(text)
        for page in found:
            if text in page.values:
                assert elements(page.client, page.path) == page.harmless, (page.path, text[:80])


#: What the form of a room's settings sends, each value good.
CHOICES = {"access": "link", "ice_policy": "all", "chat": "everyone", "waits": "nobody", "lobby_opens": "never"}
SETTINGS = {"name": "Weekly", "capacity": "8", **CHOICES}
MEETING = {
    **{"title": "Tea", "date": str(lesson_day()), "begins": "16:00", "ends": "17:00"},
    **{"zone": "Europe/London", "repeats": "daily", "count": "2"},
}
PASSWORD = {"password1": "open sesame 7", "password2": "open sesame 7"}
#: Where somebody types: an address, the field, and what else the form sends. Several fields if none of them takes a string:
#: they take turns, and the others of the form are good.
FORMS: list[tuple[str, str, dict[str, str]]] = [
    ("/new", "name", {}),
    ("/join", "code", {}),
    ("/profile", "display_name", {}),
    ("/accounts/signup/", "display_name", {"email": "eve@example.org", **PASSWORD}),
    ("/accounts/signup/", "email", {"display_name": "Eve", **PASSWORD}),
    ("/accounts/login/", "login", {"password": "x"}),
    ("/accounts/password/reset/", "email", {}),
    *(("/{slug}/settings", field, SETTINGS) for field in ("name", "passcode", "capacity", " ".join(CHOICES))),
    ("/{slug}/passcode", "passcode", {}),
    ("/{slug}/invite", "email", {}),
    ("/{slug}/lock", "locked", {}),
    ("/{slug}/lobby", "waits", {}),
    ("/{slug}/guests", "network", {}),
    ("/{slug}/guests", "wait", {}),
    ("/{slug}/role", "id", {"role": "host"}),
    ("/{slug}/uses", "use", {"hosts_only": "yes"}),
    *(("/{slug}/schedule/new", field, MEETING) for field in ("title", "agenda", "date", "zone", "days")),
    ("/{slug}/schedule/{lesson}/invitees", "addresses", {}),
    ("/{slug}/schedule/{lesson}/invitees", "members", {}),
    ("/invited/{token}", "comment", {"choice": "yes"}),
    ("/invited/{token}", "choice", {}),
    ("/invited/{token}", "occurrence", {"choice": "yes"}),
]


@pytest.mark.parametrize(("path", "field", "rest"), FORMS, ids=[f"{path} {field}" for path, field, _ in FORMS])
@pytest.mark.usefixtures("roster")
def test_a_form_answers_whatever_is_typed(room: Room, path: str, field: str, rest: dict[str, str]) -> None:
    guest = path.startswith("/accounts/") or path.endswith("/passcode")
    client = Client(raise_request_exception=True) if guest else browser("Alice")
    client.raise_request_exception = True
    lesson = room.scheduled.get()
    where = path.format(slug=room.slug, lesson=lesson.pk, token=links.token(lesson.invitees.get().pk))
    texts = [sent(text) for text in STRINGS[FORMS.index((path, field, rest)) % THIRD :: THIRD]]
    for name, text in zip(cycle(field.split()), texts, strict=False):
        answer = client.post(where, {**rest, name: text})
        assert answer.status_code < 500, (name, text[:80])


def sent(text: str) -> str:
    """As a browser sends it."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


@pytest.mark.parametrize(
    "path",
    [
        "/?page=",
        "/{slug}/history?page=",
        "/admin/rooms/room/?q=",
        "/admin/rooms/auditentry/?q=",
        "/join?code=",
        "/admin/autocomplete/?app_label=rooms&model_name=membership&field_name=user&term=",
    ],
)
def test_a_search_answers_whatever_is_typed(room: Room, path: str) -> None:
    admin = browser("admin")
    admin.raise_request_exception = True
    for text in STRINGS[len(path) % THIRD :: THIRD]:
        answer = admin.get(path.format(slug=room.slug) + quote(text[:2000].encode("utf-8", "surrogatepass")))
        assert answer.status_code < 500, text[:80]


def test_mails_say_names_as_text_and_have_no_other_headers(room: Room) -> None:
    for text in STORED:
        Room.objects.update(name=text[:64])
        User.objects.update(display_name=text[:64])
        Mail.objects.all().delete()
        cache.clear()  # there is a bound on mails
        invitations.send(Invitation.objects.get(), "https://testserver/invitation/x")
        letter = Mail.objects.get()
        assert not letter.html
        assert "\n" not in letter.subject and "\r" not in letter.subject
        message = mail.EmailMessage(letter.subject, letter.body, letter.sender, [letter.to]).message()
        assert [*message.keys()] == [
            *("Content-Type", "MIME-Version", "Content-Transfer-Encoding", "Subject", "From", "To", "Date", "Message-ID")
        ]
