"""What a worker knows of a room, and what it sends to whom."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from msgspec.structs import replace

from signaling.mailbox import Announcement, Configuration, Delivery, Mailbox, Revocation
from signaling.permissions import rights
from signaling.protocol.facts import Fact, Ice
from signaling.protocol.messages import Signal
from signaling.protocol.refusals import Close
from signaling.protocol.wire import Candidate, Description
from signaling.roster.base import Change, Entered, LeaveReason, Record, Snapshot, Verdict
from signaling.send_queue import SendQueue
from signaling.switchboard import Switchboard
from signaling.view import Member
from tests.signaling.roster.stage import rules

ROOM = "7"
HERE, THERE = "here", "there"


def person(name: str, worker: str = HERE, **fields: Any) -> Record:
    return Record(**{"id": name, "name": name.title(), "role": "member", "identity": f"user:{name}", "worker": worker, **fields})


def change(version: int, record: Record | None, reason: LeaveReason | None = None, epoch: str = "e1") -> Change:
    return Change(room=ROOM, epoch=epoch, version=version, record=record, workers=[HERE, THERE], reason=reason)


def signal(to: str) -> Signal:
    return Signal(to=to, connection="c", negotiation=1, candidate=Candidate(candidate=""))


def delivery(to: str, *, room: str = ROOM, generation: int = 1) -> Delivery:
    return Delivery(room, to, "{}", "carol", generation)


class Post(Mailbox):
    """A mailbox that keeps what would be sent."""

    def __init__(self) -> None:
        super().__init__(None)
        self.address = HERE
        self.sent: list[tuple[str, Any]] = []

    def post(self, worker: str, mail: Any) -> None:
        self.sent.append((worker, mail))


class Board:
    """A switchboard, and the calls that it makes."""

    def __init__(self) -> None:
        self.post = Post()
        self.mended: list[tuple[str, str, int]] = []
        self.rebuilt: list[str] = []
        self.departed: list[str] = []
        self.released: list[str] = []
        self.switchboard = Switchboard(
            self.post,
            mend=lambda *gap: self.mended.append(gap),
            rebuild=self.rebuilt.append,
            depart=lambda member: self.departed.append(member.id),
            lend=lambda member: Ice(servers=[{"urls": member.id}], policy=member.view.settings.policy),
            release=self.released.append,
            clock=lambda: 0.0,
        )
        self.people: list[Record] = []
        self.verdicts: dict[str, Verdict] = {}
        self.version = 0
        self.settings = rules()

    def attach(self, record: Record, *, epoch: str = "e1") -> Member:
        self.version += 1
        self.people.append(record)
        member = Member(record, room=ROOM, token="t", login=f"login-{record.id}", send_queue=SendQueue(), greet=greeting)
        with self.switchboard.opening(ROOM):
            self.switchboard.attach(
                member, Entered(change=change(self.version, record, epoch=epoch), snapshot=self.snapshot(epoch))
            )
        return member

    def snapshot(self, epoch: str = "e1") -> Snapshot:
        return Snapshot(epoch=epoch, version=self.version, settings=self.settings, people=[*self.people], verdicts=self.verdicts)

    def learn(self, record: Record | None, reason: LeaveReason | None = None) -> None:
        self.version += 1
        self.switchboard.learn(change(self.version, record, reason))

    def configure(self, **fields: Any) -> Change:
        """The settings of the room are others: what the roster says of it."""
        self.version += 1
        self.settings = replace(self.settings, version=self.settings.version + 1, **fields)
        return replace(change(self.version, None), settings=self.settings)


def greeting(member: Member) -> Fact:
    return member.view.roster(host=member.hosts)


async def received(member: Member) -> list[dict[str, Any]]:
    """Everything written to a socket so far but its rights and who may chat, its close as the last."""
    return [message for message in await everything(member) if message.get("type") not in {"rights", "chat"}]


async def everything(member: Member) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []

    async def send(event: dict[str, Any]) -> None:
        events.append(event)

    writer = asyncio.create_task(member.send_queue.drain(send))
    await asyncio.sleep(0)
    writer.cancel()
    messages = [message for event in events if "text" in event for message in json.loads(event["text"])]
    return messages + [event for event in events if "code" in event]


async def kinds(member: Member) -> list[str]:
    return [message.get("type", "") for message in await received(member)]


@pytest.fixture
def board() -> Board:
    return Board()


# Relaying


async def test_a_signal_stays_in_memory_where_it_can(board: Board) -> None:
    alice, bob = board.attach(person("alice")), board.attach(person("bob"))
    await received(bob)
    assert board.switchboard.relay(alice, signal("bob")) is None
    assert (await received(bob))[0]["from"] == "alice"
    assert not [mail for _, mail in board.post.sent if isinstance(mail, Delivery)]


async def test_a_signal_for_another_worker_is_mailed(board: Board) -> None:
    alice = board.attach(person("alice"))
    board.learn(person("carol", THERE))
    assert board.switchboard.relay(alice, signal("carol")) is None
    worker, mail = board.post.sent[-1]
    assert (worker, mail.room, mail.to, json.loads(mail.text)["from"]) == (THERE, ROOM, "carol", "alice")


@pytest.mark.parametrize("to", ["alice", "nobody", "wanda"])
async def test_a_signal_to_nobody_is_refused(board: Board, to: str) -> None:
    alice = board.attach(person("alice"))
    board.learn(person("wanda", THERE, state="waiting"))
    assert board.switchboard.relay(alice, signal(to)) == "stranger"


async def test_a_delivery_reaches_only_its_room_and_those_present(board: Board) -> None:
    bob, wanda = board.attach(person("bob")), board.attach(person("wanda", state="waiting"))
    await received(bob), await received(wanda)
    board.learn(person("carol", THERE))
    await received(bob)
    for mail in (delivery("bob", room="8"), delivery("wanda"), delivery("nobody")):
        board.switchboard.receive(mail)
    assert (await received(bob), await received(wanda)) == ([], [])
    board.switchboard.receive(delivery("bob"))
    assert await received(bob) == [{}]


async def test_what_was_held_up_until_its_sender_had_moved_is_dropped(board: Board) -> None:
    bob = board.attach(person("bob"))
    board.learn(person("carol", HERE, generation=2))
    await received(bob)
    board.switchboard.receive(delivery("bob", generation=1))
    assert await received(bob) == []
    board.switchboard.receive(delivery("bob", generation=2))
    assert await received(bob) == [{}]


async def test_what_was_held_up_until_its_sender_had_left_is_dropped(board: Board) -> None:
    bob = board.attach(person("bob"))
    board.learn(person("carol", THERE))
    board.learn(person("carol", THERE), "removed")
    await received(bob)
    board.switchboard.receive(delivery("bob"))
    assert await received(bob) == []


async def test_what_a_worker_of_the_release_before_mails_arrives(board: Board) -> None:
    bob = board.attach(person("bob"))
    await received(bob)
    board.switchboard.receive(Delivery(ROOM, "bob", "{}"))
    assert await received(bob) == [{}]


# Changes


async def test_a_change_is_told_once_and_old_ones_are_dropped(board: Board) -> None:
    alice = board.attach(person("alice"))
    await received(alice)
    bob = change(2, person("bob", THERE))
    for _ in range(2):
        board.switchboard.receive(Announcement(bob))
    assert await kinds(alice) == ["joined"]
    assert board.mended == []


async def test_changes_that_overtake_each_other_are_told_in_order(board: Board) -> None:
    alice = board.attach(person("alice"))
    await received(alice)
    board.switchboard.learn(change(3, person("carol", THERE)))
    assert (await kinds(alice), board.mended) == ([], [(ROOM, "e1", 3)])
    assert board.switchboard.relay(alice, signal("carol")) is None
    board.switchboard.learn(change(2, person("bob", THERE)))
    assert [message["participant"]["id"] for message in await received(alice)] == ["bob", "carol"]


async def test_a_change_that_overtakes_the_answer_to_ones_own_entry_is_kept(board: Board) -> None:
    with board.switchboard.opening(ROOM):
        board.switchboard.learn(change(2, person("bob", THERE)))
        alice = board.attach(person("alice"))
    assert [one["id"] for one in (await received(alice))[0]["participants"]] == ["alice", "bob"]


async def test_rights_are_sent_when_the_role_is_another_also_when_the_change_was_missed(board: Board) -> None:
    bob = board.attach(person("bob"))
    assert [message["type"] for message in await everything(bob)] == ["roster", "rights", "chat"]
    board.switchboard.learn(change(board.version + 1, person("bob", link="detached")))
    assert [message["type"] for message in await everything(bob)] == ["updated"]
    board.version, board.people = board.version + 5, [person("bob", role="host")]
    board.switchboard.refresh(board.snapshot(), ROOM)
    facts = await everything(bob)
    assert [message["type"] for message in facts] == ["roster", "rights"]
    assert facts[1]["rights"] == rights("host")


async def test_after_a_gap_the_roster_comes_before_all_else(board: Board) -> None:
    bob = board.attach(person("bob"))
    await everything(bob)
    board.configure(chat="hosts")
    board.version, board.people = board.version + 5, [person("bob", role="host"), person("carol", THERE, hand=1)]
    board.switchboard.refresh(board.snapshot(), ROOM)
    assert [message["type"] for message in await everything(bob)] == ["roster", "rights", "chat", "hands"]


async def test_whoever_was_here_gets_the_roster_when_an_entry_reveals_a_gap(board: Board) -> None:
    alice = board.attach(person("alice"))
    await received(alice)
    board.version += 1
    board.people.append(person("bob", THERE))
    carol = board.attach(person("carol"))
    roster = (await received(alice))[0]
    assert (roster["type"], [one["id"] for one in roster["participants"]]) == ("roster", ["alice", "bob", "carol"])
    assert await kinds(carol) == ["roster"]


async def test_only_hosts_hear_of_those_who_wait(board: Board) -> None:
    alice, bob = board.attach(person("alice", role="host")), board.attach(person("bob"))
    await received(alice), await received(bob)
    wanda = person("wanda", THERE, state="waiting")
    board.learn(wanda)
    board.learn(person("wanda", THERE, state="waiting", link="detached"))
    board.learn(wanda, "denied")
    assert await kinds(alice) == ["knocked", "updated", "left"]
    assert await kinds(bob) == []


@pytest.mark.parametrize(
    ("reason", "said", "code"),
    [
        ("removed", ["removed"], 4003),
        ("ended", ["removed"], 4003),
        ("denied", ["denied"], 4003),
        ("timeout", [], 4010),
        ("left", [], 1000),
    ],
)
async def test_last_words(board: Board, reason: LeaveReason, said: list[str], code: int) -> None:
    alice, bob = board.attach(person("alice")), board.attach(person("bob"))
    await received(alice), await received(bob)
    board.learn(person("bob"), reason)
    *words, close = await received(bob)
    assert ([word["type"] for word in words], close["code"], bob.state) == (said, code, "gone")
    assert [(word["type"], word["reason"]) for word in await received(alice)] == [("left", reason)]


async def test_an_older_socket_is_closed_when_a_newer_one_takes_over(board: Board) -> None:
    bob = board.attach(person("bob"))
    await received(bob)
    board.learn(person("bob", THERE, generation=2))
    assert (await received(bob))[-1]["code"] == Close.REPLACED


async def test_a_change_goes_to_every_worker_it_concerns_but_this(board: Board) -> None:
    board.attach(person("alice"))
    assert board.post.sent == [(THERE, Announcement(change(1, person("alice"))))]


# Loss and repair


async def test_a_snapshot_tells_everything_missed(board: Board) -> None:
    alice, bob = board.attach(person("alice")), board.attach(person("bob"))
    await received(alice), await received(bob)
    board.version, board.people = 9, [person("alice"), person("carol", THERE)]
    board.switchboard.refresh(board.snapshot(), ROOM)
    assert [one["id"] for one in (await received(alice))[0]["participants"]] == ["alice", "carol"]
    assert (await received(bob))[-1]["code"] == Close.UNKNOWN


async def test_a_snapshot_tells_what_was_decided(board: Board) -> None:
    board.attach(person("alice"))
    bob = board.attach(person("bob"))
    await received(bob)
    board.version, board.people, board.verdicts = 9, [person("alice")], {"bob": "removed"}
    board.switchboard.refresh(board.snapshot(), ROOM)
    words = await received(bob)
    assert (words[0], words[-1]["code"]) == ({"type": "removed", "reason": "removed"}, Close.REMOVED)


async def test_an_old_snapshot_changes_nothing(board: Board) -> None:
    alice = board.attach(person("alice"))
    old = board.snapshot()
    board.learn(person("bob", THERE))
    await received(alice)
    board.switchboard.refresh(old, ROOM)
    assert await received(alice) == []


async def test_people_stay_known_while_the_store_is_rebuilt(board: Board) -> None:
    alice = board.attach(person("alice", role="host"))
    board.learn(person("bob", THERE))
    await received(alice)
    board.version, board.people = 1, [person("alice", role="host")]
    board.switchboard.refresh(board.snapshot("e2"), ROOM)
    roster = (await received(alice))[0]
    assert (roster["epoch"], [one["id"] for one in roster["participants"]]) == ("e2", ["alice", "bob"])
    assert board.rebuilt == [ROOM]
    assert board.switchboard.relay(alice, signal("bob")) is None

    assert board.switchboard.settle(board.snapshot("e2"), ROOM)
    assert [one["id"] for one in (await received(alice))[0]["participants"]] == ["alice"]


async def test_a_change_of_another_epoch_asks_for_a_snapshot(board: Board) -> None:
    alice = board.attach(person("alice"))
    await received(alice)
    board.switchboard.learn(change(1, person("bob", THERE), epoch="e2"))
    assert (await received(alice), board.mended) == ([], [(ROOM, "e2", 1)])


@pytest.mark.parametrize("epoch", ["e1", "e2"])
async def test_who_is_removed_while_news_is_missing_is_told_so(board: Board, epoch: str) -> None:
    board.attach(person("alice"))
    bob, carol = board.attach(person("bob")), board.attach(person("carol", generation=2))
    await received(bob)
    board.switchboard.learn(change(9, person("bob"), "removed", epoch))
    board.switchboard.learn(change(8, person("carol", generation=1), "left", epoch))
    words = await received(bob)
    assert (words[0], words[-1]["code"]) == ({"type": "removed", "reason": "removed"}, Close.REMOVED)
    assert (carol.send_queue.code, carol.record) == (None, person("carol", generation=2))


async def test_whoever_is_found_waiting_again_may_knock_anew(board: Board) -> None:
    board.attach(person("alice"))
    wanda = board.attach(person("wanda"))
    board.version, board.people = 9, [person("alice"), person("wanda", state="waiting")]
    board.switchboard.refresh(board.snapshot(), ROOM)
    assert (wanda.send_queue.code, board.departed) == (Close.UNKNOWN, ["wanda"])


async def test_a_room_is_forgotten_with_its_last_member(board: Board) -> None:
    alice = board.attach(person("alice"))
    assert board.switchboard.detach(alice)
    assert not board.switchboard.detach(alice)
    assert board.switchboard.rooms() == []


async def test_a_login_that_ends_closes_its_sockets(board: Board) -> None:
    alice, bob = board.attach(person("alice")), board.attach(person("bob"))
    board.switchboard.revoke(Revocation(login="login-bob"))
    board.switchboard.revoke(Revocation(identity="user:nobody"))
    assert (bob.send_queue.code, alice.send_queue.code, board.departed) == (Close.LOGIN, None, ["bob"])


async def test_one_login_of_a_person_is_spared(board: Board) -> None:
    identity = "user:7"
    desk, phone = (board.attach(person(tab, identity=identity)) for tab in ("desk", "phone"))
    board.switchboard.receive(Revocation(identity=identity, spare="login-desk"))
    assert (desk.send_queue.code, phone.send_queue.code) == (None, Close.LOGIN)
    board.switchboard.receive(Revocation(identity=identity))
    assert desk.send_queue.code == Close.LOGIN


# The policy of a room

HOST = "candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host"
RELAY = "candidate:3 1 udp 41885439 203.0.113.7 49160 typ relay"


def candidate(text: str) -> Signal:
    return Signal(to="bob", connection="c", negotiation=1, candidate=Candidate(candidate=text))


async def test_a_new_policy_is_told_and_kept(board: Board) -> None:
    alice, bob = board.attach(person("alice")), board.attach(person("bob"))
    wanda = board.attach(person("wanda", state="waiting"))
    for member in (alice, bob, wanda):
        await received(member)
    configured = board.configure(policy="relay")
    for _ in range(2):
        board.switchboard.receive(Configuration(ROOM, "relay", configured))
    assert await received(bob) == [{"type": "ice", "servers": [{"urls": "bob"}], "policy": "relay"}]
    assert await kinds(wanda) == []
    assert [board.switchboard.relay(alice, candidate(text)) for text in (HOST, RELAY, "")] == [None] * 3
    assert [message["candidate"]["candidate"] for message in await received(bob)] == [RELAY, ""]
    board.switchboard.receive(Configuration(ROOM, "direct", board.configure(policy="direct")))
    board.switchboard.relay(
        alice, Signal(to="bob", connection="c", negotiation=2, description=Description("offer", f"v=0\r\na={RELAY}"))
    )
    ice, offer = await received(bob)
    assert (ice["policy"], offer["description"]["sdp"]) == ("direct", "v=0\r\n")


async def test_what_does_not_fit_is_not_mailed_either(board: Board) -> None:
    alice = board.attach(person("alice"))
    board.learn(person("bob", THERE))
    board.switchboard.learn(board.configure(policy="relay"))
    for text in (HOST, RELAY):
        assert board.switchboard.relay(alice, candidate(text)) is None
    assert [RELAY in mail.text for _, mail in board.post.sent if isinstance(mail, Delivery)] == [True]


async def test_settings_that_were_missed_are_learned_from_the_next_who_enters(board: Board) -> None:
    alice = board.attach(person("alice"))
    await received(alice)
    board.configure(policy="relay", locked=True)
    board.attach(person("bob"))
    ice, roster = await received(alice)
    assert (ice["policy"], roster["type"], roster["locked"]) == ("relay", "roster", True)


async def test_another_room_goes_by_its_own_settings(board: Board) -> None:
    alice = board.attach(person("alice"))
    await received(alice)
    other = replace(board.configure(policy="relay"), room="8")
    board.switchboard.receive(Configuration("8", "relay", other))
    assert (await received(alice), alice.view.settings, board.switchboard.rooms()) == ([], rules(), [ROOM])


# Settings are values with a version


async def test_a_change_of_the_seats_is_no_change_of_the_lock(board: Board) -> None:
    alice = board.attach(person("alice"))
    await received(alice)
    board.switchboard.learn(board.configure(capacity=9))
    assert (await received(alice), alice.view.settings.capacity) == ([], 9)
    board.switchboard.learn(board.configure(locked=True))
    assert await received(alice) == [{"type": "locked", "locked": True, "version": 3}]


async def test_a_room_that_is_found_again_with_older_settings_keeps_the_newer(board: Board) -> None:
    alice = board.attach(person("alice"))
    board.switchboard.learn(board.configure(locked=True, policy="relay"))
    board.settings = rules()
    board.switchboard.refresh(board.snapshot("e2"), ROOM)
    assert alice.view.settings == rules(1, locked=True, policy="relay")


# Workers of the release before


async def test_a_lock_that_an_older_worker_set_is_read_from_the_store(board: Board) -> None:
    alice = board.attach(person("alice"))
    await received(alice)
    board.settings = rules(locked=True)
    for _ in range(2):
        board.learn(None)
        assert (await received(alice), board.mended.pop()) == ([], (ROOM, "e1", board.version))
    board.switchboard.refresh(board.snapshot(), ROOM)
    assert [(fact["type"], fact["locked"]) for fact in await received(alice)] == [("roster", True)]


async def test_an_older_worker_is_not_told_of_settings_in_a_way_that_it_takes_for_a_lock(board: Board) -> None:
    board.attach(person("alice"))
    board.post.sent.clear()
    configured = board.configure(capacity=9)
    board.switchboard.announce(configured)
    assert board.post.sent == [(THERE, Configuration(ROOM, "all", configured))]


async def test_a_ruling_of_an_older_worker_is_left_to_the_next_review(board: Board) -> None:
    alice = board.attach(person("alice"))
    await received(alice)
    board.switchboard.receive(Configuration(ROOM, "relay"))
    assert (await received(alice), alice.view.settings.policy) == ([], "all")
