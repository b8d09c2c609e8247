"""Alice invites people to her lesson. They get mails that calendars understand, and answer by links."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts import addresses
from accounts.models import Mail, User
from events.models import Event
from jobs.models import Job
from rooms import commands as rooms_commands
from rooms.actors import actor
from rooms.models import AuditEntry, Room
from schedule import commands, invitees, links, mails
from schedule.addressees import Addressee
from schedule.models import Answer, Invitee, Occurrence, ScheduledMeeting
from tests.rooms.scenes import make_room
from tests.schedule.letters import Received
from tests.schedule.scenes import enter, fields, lesson_day, ten, weekly

pytestmark = pytest.mark.django_db

Post = Callable[[], list[Received]]


def invite(client: Client, lesson: ScheduledMeeting, typed: str, **others: Any) -> str:
    """What the page says then."""
    answer = client.post(page(lesson), {"addresses": typed, **others}, follow=True)
    return answer.content.decode()


def page(lesson: ScheduledMeeting) -> str:
    return f"/{lesson.room.slug}/schedule/{lesson.pk}/invitees"


def only(lesson: ScheduledMeeting, week: int) -> Occurrence:
    """The date of the lesson in this week, from 0."""
    return lesson.occurrences.order_by("starts_at")[week]


def test_carol_is_invited_by_a_mail_that_says_when_where_and_why(alices: Client, lesson: ScheduledMeeting, post: Post) -> None:
    assert "1 person is invited." in invite(alices, lesson, "Carol <Carol@example.org>")
    assert Mail.objects.get().state == "waiting"
    (letter,) = post()
    date = only(lesson, 0)
    assert letter.to == "carol@example.org"
    assert letter.subject.startswith("Invitation: “Lesson”, ")
    for text, name in ((letter.text, "Alice"), (letter.html, "<bdi>Alice</bdi>")):
        assert f"“{name}” invites you to a meeting." in text
        assert f"{date.starts_at:%Y}, 10:00–11:00 (Europe/Berlin)" in text
        assert f"http://localhost:8000/{lesson.room.slug}" in text
        assert "Fractions" in text
        assert "invited carol@example.org" in text
        assert links.silence(links.token(Invitee.objects.get().pk)) in text
    assert (letter.method, letter.event["UID"], letter.event["SEQUENCE"]) == ("REQUEST", lesson.uid, 0)
    assert letter.event["RRULE"] == {"FREQ": ["WEEKLY"], "BYDAY": letter.event["RRULE"]["BYDAY"], "COUNT": [8]}
    assert (letter.event["ORGANIZER"], letter.event["ATTENDEE"]) == ("mailto:alice@example.org", "mailto:carol@example.org")
    assert str(letter.mail["List-Unsubscribe"]).strip() == f"<{links.silence(links.token(Invitee.objects.get().pk))}>"
    assert AuditEntry.objects.get(action="invited").target == "carol@example.org: Lesson"


def test_a_title_from_right_to_left_is_apart_in_the_subject(alices: Client, room: Room, alice: User, post: Post) -> None:
    """Alice typed or pasted marks of direction and lines with it: they neither end the isolate nor add a header."""
    lesson = enter(room, alice, fields(title="درس 3\u2069\r\nBcc: eve@example.org\u202e!"))
    invite(alices, lesson, "carol@example.org")
    (letter,) = post()
    assert letter.subject.startswith("Invitation: “\u2068درس 3 Bcc: eve example org !\u2069”, ")
    assert (letter.to, letter.mail["Bcc"], letter.mail["Cc"]) == ("carol@example.org", None, None)
    assert "\u2068" not in str(letter.event["SUMMARY"])


def test_a_pasted_list_is_answered_clearly(alices: Client, lesson: ScheduledMeeting, post: Post) -> None:
    invite(alices, lesson, "bob@example.org")
    said = invite(
        alices, lesson, "Bob <bob@example.org>, carol@example.org; CAROL@example.org\ndave@exämple.org, alice@example.org"
    )
    assert "2 people are invited." in said
    assert "1 was invited already." in said
    assert "1 address stood there twice." in said
    assert "your own address was left out" in said
    assert [letter.to for letter in post()] == ["bob@example.org", "carol@example.org", "dave@xn--exmple-cua.org"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Write an address, or choose a member."),
        ("carol@example.org, nobody", "No e-mail address: nobody."),
        ("ännä@example.org", "No e-mail address: ännä@example.org."),
        (" ".join(["x"] * 3) + ",y,z,a,b,c,d", "No e-mail addresses: x x x, y, z, a, b, and 2 more."),
        ("c@example.org\r\nBcc: eve@example.org", "No e-mail address: Bcc: eve@example.org."),
        (
            "\n".join(f"p{n}@example.org" for n in range(10_000)),
            "At most 2000 people can be invited to a meeting. These are 10000.",
        ),
    ],
)
def test_mistakes_are_said_beside_the_field_and_what_was_typed_stays(
    alices: Client, lesson: ScheduledMeeting, typed: str, said: str
) -> None:
    answer = alices.post(page(lesson), {"addresses": typed})
    assert answer.status_code == 422
    content = answer.content.decode()
    assert said in content
    if typed:
        assert typed.split()[0] in content.partition("<textarea")[2].partition("</textarea>")[0]
    assert (Invitee.objects.count(), Job.objects.filter(kind="schedule.mail").count()) == (0, 0)


def test_members_are_chosen_by_name(alices: Client, bob: User, lesson: ScheduledMeeting, post: Post) -> None:
    content = alices.get(page(lesson)).content.decode()
    assert "Bob" in content and "bob@example.org" not in content
    invite(alices, lesson, "", members=[str(bob.pk)])
    assert (Invitee.objects.get().user, Invitee.objects.get().name) == (bob, "Bob")
    assert [letter.to for letter in post()] == ["bob@example.org"]
    assert alices.post(page(lesson), {"members": [str(bob.pk)]}).status_code == 422


def test_the_passcode_is_in_the_mail_if_it_is_typed_and_right(alices: Client, alice: User, post: Post) -> None:
    lesson = enter(make_room(alice, passcode="open sesame"), alice, weekly())
    answer = alices.post(page(lesson), {"addresses": "carol@example.org", "passcode": "wrong"})
    assert "This is not the passcode of the room." in answer.content.decode()
    invite(alices, lesson, "carol@example.org", passcode="open sesame")
    assert "open sesame" not in Job.objects.get(kind="schedule.mail").sealed
    invite(alices, lesson, "dave@example.org")
    with_it, without = post()
    assert ["open sesame" in with_it.text, "open sesame" in with_it.html] == [True, True]
    assert "asscode" not in without.text + without.html


def test_times_are_in_the_zone_of_the_person(alices: Client, bob: User, lesson: ScheduledMeeting, post: Post) -> None:
    User.objects.filter(pk=bob.pk).update(time_zone="Asia/Kathmandu")
    invite(alices, lesson, "bob@example.org")
    (letter,) = post()
    assert "(Asia/Kathmandu)" in letter.text and "10:00–11:00" not in letter.text
    assert letter.event.start.tzinfo.key == "Europe/Berlin"


def test_carol_answers_by_a_link_and_looking_at_it_changes_nothing(
    alices: Client, client: Client, lesson: ScheduledMeeting, post: Post
) -> None:
    invite(alices, lesson, "carol@example.org")
    link = post()[0].link()
    content = client.get(f"{link}?choice=maybe").content.decode()
    assert "Lesson" in content and 'value="maybe"' in content and not Answer.objects.exists()
    assert re.search(r'<input[^>]*value="maybe"[^>]*checked', content)
    assert client.post(link, {"choice": "yes", "comment": "With pleasure"}).status_code == 302
    assert "With pleasure" in alices.get(page(lesson)).content.decode()
    assert "1 said yes" in alices.get(page(lesson)).content.decode()
    client.post(link, {"choice": "no"})
    answer = Answer.objects.get()
    assert (answer.choice, answer.comment, answer.occurrence) == ("no", "", None)
    event = Event.objects.filter(kind="invitation.answered").first()
    assert event is not None and event.details["choice"] == "no"


def test_one_date_has_an_answer_of_its_own(alices: Client, client: Client, lesson: ScheduledMeeting, post: Post) -> None:
    invite(alices, lesson, "carol@example.org")
    link, second = post()[0].link(), only(lesson, 1)
    client.post(link, {"choice": "yes"})
    client.post(link, {"choice": "no", "occurrence": str(second.pk), "comment": "On holiday"})
    assert {(one.choice, one.occurrence_id) for one in Answer.objects.all()} == {("yes", None), ("no", second.pk)}
    assert "On holiday" in alices.get(page(lesson)).content.decode()


@pytest.mark.parametrize(
    "data", [{}, {"choice": "perhaps"}, {"choice": "yes", "occurrence": "0"}, {"choice": "yes", "comment": "x" * 501}]
)
def test_a_broken_answer_is_refused(client: Client, lesson: ScheduledMeeting, data: dict[str, str]) -> None:
    carol = Invitee.objects.create(scheduled=lesson, email="carol@example.org")
    assert client.post(f"/invited/{links.token(carol.pk)}", data).status_code == 422
    assert not Answer.objects.exists()


def test_a_forged_link_leads_nowhere(client: Client, lesson: ScheduledMeeting) -> None:
    carol = Invitee.objects.create(scheduled=lesson, email="carol@example.org")
    for token in ("x", str(carol.pk), links.token(carol.pk)[:-1], links.token(carol.pk + 1)):
        for end in ("", "/silence", "/meeting.ics"):
            assert client.get(f"/invited/{token}{end}").status_code == 404
            assert client.post(f"/invited/{token}{end}").status_code in {404, 405}


def test_carol_wants_no_mail_about_it(alices: Client, client: Client, lesson: ScheduledMeeting, alice: User, post: Post) -> None:
    invite(alices, lesson, "carol@example.org, dave@example.org")
    carols = post()[0]
    client.get(carols.link("/silence"))
    assert not Invitee.objects.filter(silent_since__isnull=False).exists()
    # As mail programs do it (RFC 8058), without a cookie.
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(carols.link("/silence"), {"List-Unsubscribe": "One-Click"}).status_code == 302
    commands.change(lesson, actor(alice, "owner"), weekly(begins=time(11)), scope="all")
    assert [letter.to for letter in post()] == ["dave@example.org"]
    assert "wants no mail" in alices.get(page(lesson)).content.decode()
    client.post(carols.link("/silence"), {"hear": "yes"})
    commands.cancel(lesson, actor(alice, "owner"), scope="all")
    assert [letter.to for letter in post()] == ["carol@example.org", "dave@example.org"]


def test_a_change_of_all_is_an_update_with_a_higher_sequence(
    alices: Client, alice: User, lesson: ScheduledMeeting, post: Post
) -> None:
    invite(alices, lesson, "carol@example.org")
    first = post()[0]
    invitees.answer(Invitee.objects.get(), Answer.Choice.YES, "")
    commands.change(lesson, actor(alice, "owner"), weekly(title="Tea", begins=time(11)), scope="all")
    (letter,) = post()
    assert letter.subject.startswith("Changed: “Tea”") and "11:00–12:00" in letter.text
    assert (letter.method, letter.event["UID"]) == ("REQUEST", first.event["UID"])
    assert letter.event["SEQUENCE"] > first.event["SEQUENCE"]
    assert letter.event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"


def test_a_change_of_one_date_is_about_that_date(alices: Client, alice: User, lesson: ScheduledMeeting, post: Post) -> None:
    invite(alices, lesson, "carol@example.org")
    post()
    second = only(lesson, 1)
    moved = fields(title="Visit", date=second.starts_at.date() + timedelta(days=1))
    commands.change(lesson, actor(alice, "owner"), moved, scope="one", occurrence=second)
    (letter,) = post()
    assert "has changed one date of a meeting" in letter.text and "Visit" in letter.subject
    assert letter.event["RECURRENCE-ID"].dt == second.original_at
    assert letter.event.start == ten(moved.date)


def test_this_and_following_is_an_end_and_another_meeting(
    alices: Client, alice: User, lesson: ScheduledMeeting, post: Post
) -> None:
    invite(alices, lesson, "carol@example.org")
    post()
    fourth = only(lesson, 3)
    later = commands.change(
        lesson,
        actor(alice, "owner"),
        weekly(date=fourth.starts_at.date(), begins=time(12)),
        scope="following",
        occurrence=fourth,
    )
    told = {letter.event["UID"]: letter for letter in post()}
    assert set(told) == {lesson.uid, later.uid}
    assert "UNTIL" in told[lesson.uid].event["RRULE"]
    assert told[later.uid].event.start == ten(fourth.starts_at.date(), time(12))


@pytest.mark.parametrize("goes_on", [True, False])
def test_a_series_whose_dates_are_over_ends_in_calendars_too(
    alices: Client, alice: User, room: Room, goes_on: bool, post: Post
) -> None:
    """Else the dates that were cancelled or moved would stay there."""
    lesson = enter(room, alice, weekly(date=lesson_day(0), count=9))
    held = ten(lesson_day(0))
    Occurrence.objects.create(scheduled=lesson, original_at=held, starts_at=held, ends_at=held + timedelta(hours=1))
    invite(alices, lesson, "carol@example.org")
    post()
    by, coming = actor(alice, "owner"), only(lesson, 1)
    if goes_on:
        commands.change(lesson, by, weekly(begins=time(15)), scope="following", occurrence=coming)
    else:
        commands.cancel(lesson, by, scope="following", occurrence=coming)
    (letter,) = [one for one in post() if one.event["UID"] == lesson.uid]
    assert (letter.method, letter.event["SEQUENCE"]) == ("REQUEST", 1)
    assert letter.event["RRULE"]["UNTIL"][0] < coming.starts_at
    assert letter.subject.startswith("No more dates: “Lesson”, ")
    for text in (letter.text, letter.html):
        assert "has no more dates" in text
        assert f"{held:%Y}, 10:00–11:00 (Europe/Berlin)" in text
        assert "Join" not in text and "Answer" not in text


def test_a_cancellation_takes_it_from_calendars(alices: Client, alice: User, lesson: ScheduledMeeting, post: Post) -> None:
    invite(alices, lesson, "carol@example.org, dave@example.org")
    post()
    commands.cancel(lesson, actor(alice, "owner"), scope="one", occurrence=only(lesson, 1))
    carols, _daves = post()
    assert carols.method == "CANCEL" and carols.subject.startswith("Cancelled: “Lesson”")
    assert carols.event["RECURRENCE-ID"].dt == only(lesson, 1).original_at
    commands.cancel(lesson, actor(alice, "owner"), scope="all")
    carols, _daves = post()
    assert (carols.method, carols.event["UID"], "RECURRENCE-ID" in carols.event) == ("CANCEL", lesson.uid, False)
    assert (carols.event["STATUS"], carols.event["SEQUENCE"]) == ("CANCELLED", 2)


def test_a_room_that_is_deleted_cancels_its_meetings(
    alices: Client, alice: User, room: Room, lesson: ScheduledMeeting, post: Post
) -> None:
    """The rows are gone when the mails are written."""
    invite(alices, lesson, "carol@example.org")
    post()
    rooms_commands.delete(actor(alice, "owner"), room)
    assert not Invitee.objects.exists()
    (letter,) = post()
    assert (letter.to, letter.method, letter.event["UID"]) == ("carol@example.org", "CANCEL", lesson.uid)


def test_who_is_invited_no_more_is_told_alone(alices: Client, client: Client, lesson: ScheduledMeeting, post: Post) -> None:
    invite(alices, lesson, "carol@example.org, dave@example.org")
    link = post()[0].link()
    carol = Invitee.objects.get(email="carol@example.org")
    assert alices.post(f"/{lesson.room.slug}/invitees/{carol.pk}/withdraw").status_code == 302
    assert [(letter.to, letter.method) for letter in post()] == [("carol@example.org", "CANCEL")]
    assert client.get(link).status_code == 404
    invite(alices, lesson, "carol@example.org")
    assert [(letter.to, letter.method) for letter in post()] == [("carol@example.org", "REQUEST")]


def test_two_hosts_withdraw_an_invitation_and_one_mail_tells_it(
    alices: Client, alice: User, lesson: ScheduledMeeting, post: Post
) -> None:
    invite(alices, lesson, "carol@example.org")
    post()
    both = [Invitee.objects.get(), Invitee.objects.get()]
    for carol in both:
        invitees.withdraw(actor(alice, "owner"), carol)
    assert [letter.method for letter in post()] == ["CANCEL"]
    assert AuditEntry.objects.filter(action="withdrew").count() == 1


def test_a_meeting_cancelled_while_a_mail_is_on_its_way_invites_nobody(
    alices: Client, alice: User, lesson: ScheduledMeeting, post: Post
) -> None:
    invite(alices, lesson, "carol@example.org")
    commands.cancel(lesson, actor(alice, "owner"), scope="all")
    assert [letter.method for letter in post()] == ["CANCEL"]


def test_a_meeting_moved_while_a_mail_is_on_its_way_is_told_as_it_is(
    alices: Client, alice: User, lesson: ScheduledMeeting, post: Post
) -> None:
    invite(alices, lesson, "carol@example.org")
    commands.change(lesson, actor(alice, "owner"), weekly(begins=time(15)), scope="all")
    assert all("15:00–16:00" in letter.text for letter in post())


def test_a_job_that_is_done_twice_sends_the_same_mails(alices: Client, alice: User, lesson: ScheduledMeeting, post: Post) -> None:
    """As after a process was killed: a mailbox knows them by their identity, and a cancellation is put once."""
    invite(alices, lesson, "carol@example.org")
    commands.cancel(lesson, actor(alice, "owner"), scope="one", occurrence=only(lesson, 1))
    kept = {job.pk: job.sealed for job in Job.objects.filter(kind__startswith="schedule.")}
    first = post()
    for pk, sealed in kept.items():
        Job.objects.filter(pk=pk).update(status="waiting", sealed=sealed, due_at=Now())
    again = post()
    assert [letter.method for letter in again] == ["REQUEST"]
    assert again[0].mail["Message-ID"] in [letter.mail["Message-ID"] for letter in first]


def test_what_is_over_is_told_to_nobody(alices: Client, lesson: ScheduledMeeting, post: Post) -> None:
    Invitee.objects.create(scheduled=lesson, email="carol@example.org")
    past = timezone.now() - timedelta(days=1)
    lesson.occurrences.all().delete()
    Occurrence.objects.create(scheduled=lesson, original_at=past, starts_at=past, ends_at=past + timedelta(hours=1))
    mails.tell_again("change", lesson)
    assert post() == []
    assert "nobody can be invited to it" in invite(alices, lesson, "dave@example.org")


def test_mallory_writes_to_nobody_without_end(alices: Client, lesson: ScheduledMeeting, settings: Settings, post: Post) -> None:
    settings.INVITATIONS_PER_DAY = 3
    invite(alices, lesson, "a@example.org, b@example.org")
    said = invite(alices, lesson, "c@example.org, d@example.org")
    assert "You cannot invite so many people today." in said and "c@example.org, d@example.org" in said
    assert "1 person is invited." in invite(alices, lesson, "c@example.org")
    assert len(post()) == 3


def test_one_address_gets_so_many_mails_a_day(alices: Client, lesson: ScheduledMeeting, post: Post) -> None:
    invite(alices, lesson, "carol@example.org")
    for _ in range(mails.TO_RECIPIENT.count + 5):
        mails.tell_again("change", lesson)
    assert len(post()) == mails.TO_RECIPIENT.count
    assert Job.objects.filter(kind="schedule.mail", status="refused").count() == 6
    cache.clear()


def test_cancellations_count_as_well(
    alices: Client, alice: User, lesson: ScheduledMeeting, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mallory could cancel four hundred dates one by one."""
    monkeypatch.setattr(mails, "TO_RECIPIENT", replace(mails.TO_RECIPIENT, count=3))
    invite(alices, lesson, "carol@example.org")
    for week in range(4):
        commands.cancel(lesson, actor(alice, "owner"), scope="one", occurrence=only(lesson, week))
    assert sorted(letter.method for letter in post()) == ["CANCEL", "CANCEL", "REQUEST"]


def test_a_worker_whose_clock_is_wrong_tells_the_invited_as_well(
    client: Client, alice: User, room: Room, wrong_clock: None, post: Post
) -> None:
    """Its clock, a month ahead, says that the lesson is over."""
    lesson = enter(room, alice, fields(date=lesson_day() - timedelta(days=30)))
    invitees.invite(actor(alice, "owner"), lesson, [Addressee("carol@example.org")])
    assert [letter.method for letter in post()] == ["REQUEST"]
    assert "Send the answer" in client.get(links.answer(links.token(lesson.invitees.get().pk))).content.decode()
    commands.cancel(lesson, actor(alice, "owner"), scope="all")
    assert [letter.method for letter in post()] == ["CANCEL"]


def test_where_no_mail_is_sent_links_are_handed_over(
    alices: Client, client: Client, lesson: ScheduledMeeting, settings: Settings
) -> None:
    settings.EMAIL_URL = ""
    assert "This server sends no mail" in invite(alices, lesson, "carol@example.org")
    link = links.answer(links.token(Invitee.objects.get().pk))
    assert f'value="{link}"' in alices.get(page(lesson)).content.decode()
    assert not Job.objects.filter(kind="schedule.mail").exists()


def test_only_hosts_see_whom_and_invite(bobs: Client, mallorys: Client, client: Client, lesson: ScheduledMeeting) -> None:
    carol = Invitee.objects.create(scheduled=lesson, email="carol@example.org")
    for one in (bobs, mallorys):
        assert one.get(page(lesson)).status_code == 404
        assert one.post(page(lesson), {"addresses": "x@example.org"}).status_code == 404
        assert one.post(f"/{lesson.room.slug}/invitees/{carol.pk}/withdraw").status_code == 404
    assert client.post(page(lesson), {"addresses": "x@example.org"}).status_code == 302
    assert Invitee.objects.count() == 1


def test_an_account_is_known_by_its_verified_address(alices: Client, lesson: ScheduledMeeting, post: Post) -> None:
    invite(alices, lesson, "erin@example.org")
    erin = User.objects.create_user("erin@example.org", display_name="Erin")
    assert Invitee.objects.get().user is None
    addresses.assign(erin)
    assert Invitee.objects.get().user == erin
    assert Occurrence.objects.visible_to(erin).count() == 8


def test_a_thousand_are_invited_with_few_queries(
    alice: User, lesson: ScheduledMeeting, settings: Settings, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    settings.EMAIL_URL = "smtp://127.0.0.1"
    people = [Addressee(f"p{n}@example.org") for n in range(1000)]
    with django_assert_max_num_queries(45):
        assert len(invitees.invite(actor(alice, "owner"), lesson, people)) == 1000
    assert Mail.objects.count() == Job.objects.filter(kind="schedule.mail").count() == 1000
    assert Invitee.objects.filter(mail__job__about="p7@example.org").get().email == "p7@example.org"


def test_names_and_titles_are_text_in_mails(alices: Client, alice: User, room: Room, post: Post) -> None:
    User.objects.filter(pk=alice.pk).update(display_name="<b>Al</b> http://evil.example")
    lesson = enter(room, alice, weekly(title="<script>x</script> https://evil.example", agenda="<img src=x>"))
    invite(alices, lesson, "carol@example.org")
    (letter,) = post()
    assert "<script>" not in letter.html and "<img" not in letter.html and "<b>" not in letter.html
    assert "://evil" not in letter.subject and "://evil" not in letter.html.partition("<h1")[0].partition("<body")[2]
    assert letter.event["SUMMARY"] == "<script>x</script> https://evil.example"


def test_a_meeting_that_is_cancelled_or_deleted_meanwhile_invites_nobody(
    alices: Client, alice: User, lesson: ScheduledMeeting
) -> None:
    """Another host does it between Alice's page and her form, or between the form and its transaction."""
    commands.cancel(lesson, actor(alice, "owner"), scope="all")
    assert "This meeting is over or cancelled" in invite(alices, lesson, "carol@example.org")
    ScheduledMeeting.objects.all().delete()
    with pytest.raises(commands.Gone):
        invitees.invite(actor(alice, "owner"), lesson, [Addressee("carol@example.org")])
    assert not Invitee.objects.exists()
