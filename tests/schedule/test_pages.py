"""The pages of scheduled meetings, and what people type into their forms."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.throttle import Limit
from rooms.models import Membership, Room
from schedule import forms, zones
from schedule.models import Invitee, ScheduledMeeting
from schedule.recurrence import Recurrence
from tests.cast import person
from tests.hostile import STRINGS
from tests.rooms.scenes import make_room
from tests.schedule.scenes import ZONE, enter, fields, lesson_day, starts, ten, weekly
from tests.schedule.test_commands import cancel, change, nth, over

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(alice: User, bob: User) -> Room:
    return make_room(alice, member=bob)


@pytest.fixture
def browser(alice: User) -> Client:
    client = Client()
    client.force_login(alice)
    return client


def typed(**others: str | list[str]) -> dict[str, Any]:
    """What a form sends."""
    plain = {"title": "Lesson", "agenda": "", "date": str(lesson_day()), "begins": "10:00", "ends": "11:00", "zone": ZONE}
    return {**plain, "repeats": "", "every": "1", "until": "", "count": "", **others}


def errors(client: Client, path: str, **others: str | list[str]) -> dict[str, list[str]]:
    """By field, the codes of what is wrong with a form. The page shows it again, and nothing is changed."""
    before = list(ScheduledMeeting.objects.values())
    answer = client.post(path, typed(**others))
    assert answer.status_code == 422 and list(ScheduledMeeting.objects.values()) == before
    return {name: [error.code for error in found.as_data()] for name, found in answer.context["form"].errors.items()}


def path(room: Room, page: str = "") -> str:
    return f"/{room.slug}/schedule{page}"


# Making


def test_alice_schedules_a_lesson_and_everybody_of_the_room_sees_it(room: Room, browser: Client) -> None:
    page = browser.get(path(room, "/new")).content.decode()
    assert 'type="date"' in page and 'value="Europe/Berlin"' in page
    answer = browser.post(path(room, "/new"), typed(agenda="Bring a ruler.\r\nAnd a pen."))
    lesson = ScheduledMeeting.objects.get()
    assert answer.status_code == 302 and answer.headers["location"] == path(room, f"/{lesson.pk}")
    assert (lesson.title, lesson.minutes, lesson.rule, lesson.agenda) == ("Lesson", 60, "", "Bring a ruler.\nAnd a pen.")
    assert starts(lesson) == [ten(lesson_day())]
    bob = Client()
    bob.force_login(person("Bob"))
    for page in ("", f"/{lesson.pk}"):
        shown = bob.get(path(room, page)).content.decode()
        assert "Lesson" in shown and "/schedule/new" not in shown and "/change" not in shown
    assert "Bring a ruler." in shown


def test_a_new_meeting_begins_at_the_next_hour_in_the_zone_of_whoever_asks(room: Room, browser: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(time_zone="Asia/Kolkata")
    now = timezone.now()
    begins = browser.get(path(room, "/new")).context["form"].initial
    assert begins["zone"] == "Asia/Kolkata" and begins["begins"].minute == 0
    wait = zones.local(begins["date"], begins["begins"], "Asia/Kolkata") - now
    assert timedelta(0) <= wait <= timedelta(minutes=61)


WEEKLY: dict[str, Any] = {"repeats": "weekly", "days": ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]}


@pytest.mark.parametrize(
    ("sent", "rule"),
    [
        ({"repeats": "daily", "count": "3"}, "FREQ=DAILY;COUNT=3"),
        ({"repeats": "daily", "every": "2"}, "FREQ=DAILY;INTERVAL=2"),
        ({**WEEKLY, "every": ""}, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU"),
        ({"repeats": "daily", "days": ["XX"]}, "FREQ=DAILY"),
        ({"repeats": "", "every": "x", "days": ["XX"], "until": "x", "count": "10000"}, ""),
    ],
)
def test_what_repeats(room: Room, browser: Client, sent: dict[str, Any], rule: str) -> None:
    """Fields that the page does not show are not looked at."""
    browser.post(path(room, "/new"), typed(**sent))
    assert ScheduledMeeting.objects.get().rule == rule


def test_a_weekly_meeting_without_days_is_on_the_day_of_its_date(room: Room, browser: Client) -> None:
    browser.post(path(room, "/new"), typed(repeats="weekly"))
    lesson = ScheduledMeeting.objects.get()
    assert lesson.rule == f"FREQ=WEEKLY;BYDAY={['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'][lesson.date.weekday()]}"
    assert "Every week on" in browser.get(path(room)).content.decode()


def test_a_meeting_over_midnight(room: Room, browser: Client) -> None:
    browser.post(path(room, "/new"), typed(begins="23:00", ends="01:00", overnight="on"))
    assert ScheduledMeeting.objects.get().minutes == 120


# What is refused


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"title": ""}, {"title": ["required"]}),
        ({"title": "\u202e\u2066"}, {"title": ["required"]}),
        ({"title": "x" * 121}, {"title": ["max_length"]}),
        ({"agenda": "x" * 4001}, {"agenda": ["max_length"]}),
        ({"date": "2026-02-30"}, {"date": ["invalid"]}),
        ({"date": ""}, {"date": ["required"]}),
        ({"date": "0001-01-01"}, {"date": ["over"]}),
        ({"date": "2020-02-29"}, {"date": ["over"]}),
        ({"date": "9999-12-31"}, {"date": ["far"]}),
        ({"begins": "25:00"}, {"begins": ["invalid"]}),
        ({"ends": "09:00"}, {"ends": ["ends"]}),
        ({"ends": "10:00"}, {"ends": ["ends"]}),
        ({"ends": "10:01", "overnight": "on"}, {"ends": ["ends"]}),
        ({"zone": "Europe/Atlantis"}, {"zone": ["invalid_choice"]}),
        ({"zone": "../../etc/passwd"}, {"zone": ["invalid_choice"]}),
        ({"zone": ""}, {"zone": ["required"]}),
        ({"repeats": "hourly"}, {"repeats": ["invalid_choice"]}),
        ({"repeats": "daily", "every": "0"}, {"every": ["min_value"]}),
        ({"repeats": "daily", "every": "100"}, {"every": ["max_value"]}),
        ({"repeats": "daily", "count": "10000"}, {"count": ["max_value"]}),
        ({"repeats": "daily", "count": "-1"}, {"count": ["min_value"]}),
        ({"repeats": "daily", "count": "3", "until": "2100-01-01"}, {"until": ["until"]}),
        ({"repeats": "daily", "until": "2100-01-01"}, {"until": ["until"]}),
        ({"repeats": "daily", "until": "2020-01-01"}, {"until": ["until"]}),
        ({"repeats": "weekly", "days": ["XX"]}, {"days": ["invalid_choice"]}),
        ({"repeats": "weekly", "days": ["MO;COUNT=1"]}, {"days": ["invalid_choice"]}),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_beside_the_field(
    room: Room, browser: Client, sent: dict[str, Any], expected: dict[str, list[str]]
) -> None:
    assert errors(browser, path(room, "/new"), **sent) == expected


def test_the_first_date_is_one_of_the_rule(room: Room, browser: Client) -> None:
    day = lesson_day()
    other = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][(day.weekday() + 1) % 7]
    assert errors(browser, path(room, "/new"), repeats="weekly", days=[other]) == {"days": ["fits"]}
    early = next(day + timedelta(days=n) for n in range(40) if (day + timedelta(days=n)).day == 1)
    assert errors(browser, path(room, "/new"), repeats="month_last", date=str(early)) == {"date": ["fits"]}


def test_a_time_that_is_over_is_refused(room: Room, browser: Client) -> None:
    yesterday = f"{timezone.now() - timedelta(days=1):%Y-%m-%d}"
    assert errors(browser, path(room, "/new"), date=yesterday, zone="UTC", begins="00:00", ends="00:30") == {"ends": ["over"]}


def test_what_was_typed_stays(room: Room, browser: Client) -> None:
    answer = browser.post(path(room, "/new"), typed(agenda="A long text", ends="09:00", zone="Nowhere", days=["MO", "FR"]))
    page = answer.content.decode()
    assert "A long text" in page and 'value="09:00"' in page and page.count("checked") == 2


@pytest.mark.parametrize("text", [text for text in STRINGS if text.strip()][::3], ids=ascii)
def test_a_title_is_one_line_without_controls_and_an_agenda_has_its_lines(room: Room, browser: Client, text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    answer = browser.post(path(room, "/new"), typed(title=f"A {text}"[:60], agenda=f"{text}\r\nB"[:200]))
    assert answer.status_code in {302, 422}
    for lesson in ScheduledMeeting.objects.all():
        assert lesson.title.splitlines() == [lesson.title] and "\0" not in lesson.title + lesson.agenda
        assert "\r" not in lesson.agenda and browser.get(path(room, f"/{lesson.pk}")).status_code == 200


def test_a_header_cannot_be_smuggled_into_a_title(room: Room, browser: Client) -> None:
    browser.post(path(room, "/new"), typed(title="Lesson\r\nBcc: mallory@example.org\u2028END:VEVENT\0"))
    assert ScheduledMeeting.objects.get().title == "Lesson Bcc: mallory@example.org END:VEVENT"


# Changing and cancelling


def test_one_date_is_changed_on_its_page(room: Room, alice: User, browser: Client) -> None:
    lesson = enter(room, alice, weekly(count=3))
    query = f"/{lesson.pk}/change?date={nth(lesson, 1).pk}&scope=one"
    form = browser.get(path(room, query)).context["form"]
    assert form["date"].value() == lesson_day(2) and "repeats" not in form.fields
    answer = browser.post(path(room, query), typed(date=str(lesson_day(2)), begins="12:00", ends="13:30", title="Excursion"))
    assert answer.status_code == 302
    moved = nth(lesson, 1)
    assert (moved.starts_at, moved.ends_at - moved.starts_at, moved.title) == (
        ten(lesson_day(2), time(12)),
        timedelta(minutes=90),
        "Excursion",
    )
    page = browser.get(path(room, f"/{lesson.pk}")).content.decode()
    assert "Excursion" in page and "Changed" in page


def test_this_and_the_following_begin_with_what_the_rule_says(room: Room, alice: User, browser: Client) -> None:
    lesson = enter(room, alice, weekly(count=5))
    change(lesson, fields(date=lesson_day(3), begins=time(17)), "one", occurrence=nth(lesson, 2))
    query = f"/{lesson.pk}/change?date={nth(lesson, 2).pk}&scope=following"
    form = browser.get(path(room, query)).context["form"]
    assert (form.initial["date"], form.initial["begins"], form.initial["count"]) == (lesson_day(3), time(10), 3)
    sent = typed(date=str(lesson_day(3)), begins="09:00", ends="10:00", repeats="weekly", count="3")
    assert browser.post(path(room, query), sent).status_code == 302
    later = ScheduledMeeting.objects.get(follows=lesson)
    assert len(starts(later)) == 3 and len(starts(lesson)) == 2


def test_all_dates_of_a_series_that_has_begun_keep_their_first_one(room: Room, alice: User, browser: Client) -> None:
    lesson = enter(room, alice, weekly(count=6))
    over(lesson, 3)
    page = path(room, f"/{lesson.pk}/change")
    form = browser.get(page).context["form"]
    sent = typed(date=str(form.initial["date"]), repeats="weekly", count="6", title="Course")
    assert browser.post(page, sent).status_code == 302
    lesson.refresh_from_db()
    assert lesson.title == "Course" and len(starts(lesson)) == 6
    assert errors(browser, page, **{**sent, "date": str(lesson.date - timedelta(days=7))}) == {"date": ["over"]}


def test_two_hosts_change_a_meeting_and_the_second_is_asked_to_look(room: Room, alice: User, browser: Client) -> None:
    lesson = enter(room, alice, weekly(count=3))
    page = path(room, f"/{lesson.pk}/change")
    seen = str(browser.get(page).context["form"]["sequence"].value())
    change(lesson, weekly(count=3, title="Of Hank"), "all")
    sent: dict[str, Any] = {"title": "Of Alice", "sequence": seen, **WEEKLY, "count": "2"}
    answer = browser.post(page, typed(**sent))
    text = answer.content.decode()
    assert answer.status_code == 422 and "Somebody has changed this meeting meanwhile" in text
    assert "Of Alice" in text and text.count("checked") == 7
    sent["sequence"] = str(answer.context["form"]["sequence"].value())
    assert browser.post(page, typed(**sent)).status_code == 302
    lesson.refresh_from_db()
    assert lesson.title == "Of Alice"


def test_a_meeting_is_cancelled_while_somebody_types(room: Room, alice: User, browser: Client) -> None:
    lesson = enter(room, alice, weekly(count=3))
    cancel(lesson, "all")
    answer = browser.post(path(room, f"/{lesson.pk}/change"), typed(title="Of Alice", **WEEKLY))
    assert answer.status_code == 422 and "Of Alice" in answer.content.decode()
    assert "cancelled or is over meanwhile" in answer.content.decode()
    assert browser.post(path(room, f"/{lesson.pk}/cancel"), follow=True).status_code == 200


@pytest.mark.parametrize(
    ("query", "left", "said"),
    [
        ("", 0, "“Lesson” has been cancelled."),
        ("?date={}&scope=one", 2, "A date of “Lesson” has been cancelled."),
        ("?date={}&scope=following", 1, "“Lesson” ends before this date."),
    ],
)
def test_dates_are_cancelled_on_their_page(room: Room, alice: User, browser: Client, query: str, left: int, said: str) -> None:
    lesson = enter(room, alice, weekly(count=3))
    page = path(room, f"/{lesson.pk}/cancel{query.format(nth(lesson, 1).pk)}")
    assert "Keep it" in browser.get(page).content.decode()
    assert len(starts(lesson, cancelled=False)) == 3
    assert said in browser.post(page, follow=True).content.decode()
    assert len(starts(lesson, cancelled=False)) == left


@pytest.mark.parametrize("key", ["0", "-1", "x", "9" * 18, "9" * 40, "%00", "1 OR 1=1", "²"])
def test_a_date_that_is_none(room: Room, alice: User, browser: Client, key: str) -> None:
    lesson = enter(room, alice, weekly(count=3))
    for page in ("change", "cancel"):
        assert browser.get(path(room, f"/{lesson.pk}/{page}?date={key}&scope=one")).status_code in {200, 404}
    assert browser.get(path(room, f"/{lesson.pk}/change?scope=nothing")).status_code == 200


def test_past_and_cancelled_meetings_have_a_list_of_their_own(room: Room, alice: User, browser: Client) -> None:
    past, gone, coming = (enter(room, alice, fields(title=title)) for title in ("Past", "Gone", "Coming"))
    over(past, 5)
    cancel(gone, "all")

    def titles(query: str) -> list[str]:
        return [str(one) for one in browser.get(path(room, query)).context["page"]]

    assert titles("") == ["Coming"] and sorted(titles("?past=yes")) == ["Gone", "Past"]
    assert coming.pk


def test_many_dates_come_in_pages(room: Room, alice: User, browser: Client) -> None:
    lesson = enter(room, alice, fields(recurs=Recurrence("daily", count=45)))
    assert [len(browser.get(path(room, f"/{lesson.pk}?page={n}")).context["page"]) for n in (1, 2, 3)] == [20, 20, 5]


def test_an_invited_person_sees_the_meeting_but_not_the_room(room: Room, alice: User) -> None:
    lesson, other = enter(room, alice, weekly(count=2)), enter(room, alice, weekly(count=2))
    carol = person("Carol")
    Invitee.objects.create(scheduled=lesson, email=carol.email, user=carol)
    client = Client()
    client.force_login(carol)
    page = client.get(path(room, f"/{lesson.pk}"))
    assert page.status_code == 200 and "/people" not in page.content.decode()
    for refused in ("", "/new", f"/{other.pk}", f"/{lesson.pk}/change", f"/{lesson.pk}/cancel"):
        assert client.get(path(room, refused)).status_code == 404


def test_a_meeting_of_another_room_is_not_found(room: Room, alice: User, browser: Client) -> None:
    elsewhere = enter(make_room(person("Mallory")), alice, weekly())
    mine = enter(make_room(alice), alice, weekly())
    for other in (elsewhere, mine):
        for page in ("", "/change", "/cancel"):
            assert browser.get(path(room, f"/{other.pk}{page}")).status_code == 404


def test_hosts_schedule_and_those_who_are_no_hosts_any_more_do_not(room: Room, alice: User, bob: User) -> None:
    client = Client()
    client.force_login(bob)
    assert client.post(path(room, "/new"), typed()).status_code == 404
    Membership.objects.filter(user=bob).update(role="host")
    assert client.post(path(room, "/new"), typed()).status_code == 302


def test_each_sees_the_times_of_their_own_zone(room: Room, alice: User, bob: User) -> None:
    lesson = enter(room, alice, fields())
    for name, zone in (("Alice", ZONE), ("Bob", "Asia/Kolkata")):
        User.objects.filter(display_name=name).update(time_zone=zone)
        client = Client()
        client.force_login(person(name))
        page = " ".join(client.get(path(room, f"/{lesson.pk}")).content.decode().split())
        assert ("(10:00 to 11:00 in Europe/Berlin)" in page) == (name == "Bob")


def test_a_page_asks_few_queries(room: Room, alice: User, browser: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        lesson = enter(room, alice, fields(title=str(number), recurs=Recurrence("daily", count=25)))
    for page in ("", f"/{lesson.pk}"):
        with django_assert_max_num_queries(8):
            browser.get(path(room, page))


def test_whoever_schedules_from_the_home_page_chooses_the_room(browser: Client, alice: User, bob: User, room: Room) -> None:
    """Where there is no choice, nobody is asked. Bob, who has no room, is told to make one."""
    assert "/schedule" in browser.get("/").content.decode()
    only = browser.get("/schedule")
    assert only.status_code == 302 and only.headers["Location"] == f"/{room.slug}/schedule/new"
    other = make_room(alice)
    page = browser.get("/schedule").content.decode()
    assert all(f"/{one.slug}/schedule/new" in page for one in (room, other))
    guest = Client()
    guest.force_login(bob)
    assert "You have none yet" in guest.get("/schedule").content.decode()


def test_mallory_does_not_change_the_calendar_without_end(browser: Client, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is typed stays, so that it can be sent later."""
    monkeypatch.setattr(forms, "LIMIT", Limit("few", 2, 60))
    new = f"/{room.slug}/schedule/new"
    for _ in range(2):
        assert browser.post(new, typed()).status_code == 302
    page = browser.post(new, typed(title="The third"))
    assert page.status_code == 422 and "Wait a little" in page.content.decode() and "The third" in page.content.decode()
    lesson = ScheduledMeeting.objects.latest("pk")
    assert "Wait a little" in browser.post(f"/{room.slug}/schedule/{lesson.pk}/change", typed(sequence="0")).content.decode()
    assert ScheduledMeeting.objects.count() == 2
