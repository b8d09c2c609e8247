"""Delivery between participants: the sockets of this worker, and what it knows of their rooms.

A room is known from a snapshot and the changes after it. A change that follows the known version is emitted to the sockets
here, an older one is dropped, and one that skips a version asks the keeper for a fresh snapshot. A signal is looked up in
its sender's room and handed over in memory, or mailed to the worker that has its recipient.

What goes between participants is limited to those of one place: signals, rosters and their changes, hands, reports. Hosts are
also told of everybody else, in ``breakouts``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

import msgspec

from signaling.breakouts import Breakouts
from signaling.candidates import fitting
from signaling.mailbox import Announcement, Configuration, Delivery, Mail, Mailbox, Proclamation, Revocation
from signaling.permissions import can
from signaling.protocol.facts import (
    Fact,
    Ice,
    IceFact,
    Joined,
    Locked,
    Notice,
    Placed,
    relay,
)
from signaling.protocol.frames import encode
from signaling.protocol.messages import Report, Signal
from signaling.protocol.refusals import Close, Code
from signaling.roster.base import Change, Entered, Lease, LeaveReason, Record, Snapshot
from signaling.settings import RoomSettings
from signaling.telling import fact_of, gone, inform, only_facts, parting, tell
from signaling.view import Member, View, ahead


def _mail(change: Change) -> Announcement | Configuration:
    if change.settings is not None:
        return Configuration(change.room, change.settings.policy, change)
    return Announcement(change)


class Switchboard:
    """The members of this worker by room. Everything here happens within one loop tick; nothing waits.

    ``mend(room, epoch, version)`` is called when the room must be read again unless that version arrives by itself;
    ``rebuild(room)`` when the store has lost the room and its people are being put back; ``depart(member)`` when a member was
    turned out whose participant must leave the roster; ``lend(member)`` for the ICE servers of a member whose room has
    another policy now, or who makes new connections; ``release(room)`` when a lobby may have opened for somebody here.
    ``clock`` is monotonic.
    """

    def __init__(
        self,
        mailbox: Mailbox,
        *,
        mend: Callable[[str, str, int], None],
        rebuild: Callable[[str], None],
        depart: Callable[[Member], None],
        lend: Callable[[Member], Ice],
        release: Callable[[str], None],
        clock: Callable[[], float],
    ) -> None:
        self._mailbox = mailbox
        self._mend = mend
        self._rebuild = rebuild
        self._depart = depart
        self._lend = lend
        self._release = release
        self._clock = clock
        self._views: dict[str, View] = {}
        self._notice = Notice()

    # Signals

    def relay(self, sender: Member, signal: Signal) -> Code | None:
        """Pass an envelope on. Returns the refusal code when its recipient is nobody in the sender's place.

        What does not fit the policy of the room is removed without notice.
        """
        view = sender.view
        record = view.find(signal.to)
        if record is None or record.id == sender.id or record.place != sender.place:
            return "stranger"
        policy = view.settings.policy
        permitted = signal if policy == "all" else fitting(signal, policy)
        if permitted is None:
            return None
        if record.worker == self._mailbox.address:
            self._hand(view, record.id, encode(relay(permitted, sender.id)), sender.id)
        elif record.link == "attached":
            text = encode(relay(permitted, sender.id))
            self._mailbox.post(record.worker, Delivery(view.room, record.id, text, sender.id, sender.generation))
        return None

    def _hand(self, view: View, id: str, text: str, sender: str) -> None:
        member = view.members.get(id)
        if member is not None and member.state == "present":
            member.send_queue.push_signal(text, sender)

    def tell(self, room: str, record: Record, fact: Fact) -> None:
        """Send a fact to one participant, who may be on another worker. It is lost if they are not attached."""
        if record.worker != self._mailbox.address:
            self._mailbox.post(record.worker, Delivery(room, record.id, encode(fact)))
        elif (view := self._views.get(room)) is not None:
            self._hand(view, record.id, encode(fact), "")

    # Reports

    def keep_report(self, reporter: Member, report: Report) -> Code | None:
        """Keep a member's report of its pairs, to be counted. Returns the refusal code if it names somebody who is not here."""
        here = {record.id for record in reporter.view.at(reporter.place)}
        others = len(here) - 1
        known = reporter.id not in report.named and here.issuperset(report.named)
        if not known or report.connected + len(report.unreached) > others:
            return "stranger"
        reporter.report = report
        return None

    def pairs(self) -> Counter[str]:
        """How many ends of pairs are in which state, by the last reports of the members here."""
        counts = Counter(connected=0, relayed=0, unreached=0, silent=0)
        for member in self.members():
            if member.report is not None:
                counts.update(member.report.counts)
        return counts

    # Mail

    def receive(self, mail: Mail) -> None:
        """Handle mail of another worker."""
        match mail:
            case Delivery(room):
                if (view := self._views.get(room)) is not None:
                    self._deliver(view, mail)
            case Announcement(change):
                self.learn(change)
            case Revocation():
                self.revoke(mail)
            case Configuration(_, _, Change() as change):
                self.learn(change)
            case Proclamation(room, text):
                self._proclaim(room, text)

    def _deliver(self, view: View, delivery: Delivery) -> None:
        """Deliver a message, unless its sender has left or moved to another worker meanwhile."""
        sender = view.find(delivery.sender)
        if not delivery.sender or (sender is not None and sender.generation <= delivery.generation):
            self._hand(view, delivery.to, delivery.text, delivery.sender)

    def announce(self, change: Change) -> None:
        """Emit a change that an operation of this worker made, here and on the workers that it concerns."""
        mail = _mail(change)
        for worker in change.workers:
            if worker != self._mailbox.address:
                self._mailbox.post(worker, mail)
        self.learn(change)

    def proclaim(self, room: str, workers: Collection[str], text: str) -> None:
        """An encoded fact to everybody present in a room, wherever they are, on these workers."""
        for worker in workers:
            if worker != self._mailbox.address:
                self._mailbox.post(worker, Proclamation(room, text))
        self._proclaim(room, text)

    def _proclaim(self, room: str, text: str) -> None:
        view = self._views.get(room)
        for member in view.members.values() if view is not None else ():
            if member.state == "present":
                member.send_queue.push(text)

    def notify(self, notice: Notice) -> None:
        """Tell every member here, and whoever comes later, what the administrators tell everybody now."""
        self._notice = notice
        for member in self.members():
            tell(member, notice)

    # Members

    @contextmanager
    def opening(self, room: str) -> Iterator[None]:
        """While somebody enters: changes that overtake the answer of the store are kept for it."""
        view = self._views.setdefault(room, View(room))
        view.opening += 1
        try:
            yield
        finally:
            view.opening -= 1
            self._forget(view)

    def attach(self, member: Member, entered: Entered) -> None:
        """Take a member whose participant the roster has just attached: greet it, and tell the others."""
        view = self._views.setdefault(member.room, View(member.room))
        if (before := view.members.get(member.id)) is not None:
            self._turn_out(before, [], Close.REPLACED)
        self._absorb(view, entered)
        member.view, member.epoch = view, entered.snapshot.epoch
        view.members[member.id] = member
        self._greet(member)
        self.announce(entered.change)
        self._open_lobby(view)

    def detach(self, member: Member) -> bool:
        """Forget a member whose socket is lost. False if it was gone already: replaced, removed or left."""
        if member.state == "gone":
            return False
        member.state = "gone"
        view = member.view
        if view.members.get(member.id) is member:
            del view.members[member.id]
            self._forget(view)
        return True

    def restored(self, member: Member, entered: Entered) -> None:
        """A member's participant was put back into a store that had lost it."""
        member.astray = False
        self._absorb(member.view, entered)
        self.announce(entered.change)

    def revoke(self, revocation: Revocation) -> None:
        """Close the sockets of logins that have ended."""
        for member in self.members():
            if revocation.ends(member.login, member.identity):
                self.sign_out(member)

    def sign_out(self, member: Member) -> None:
        """A member's login has ended."""
        self._turn_out(member, [], Close.LOGIN)
        self._depart(member)

    def dismiss(self, member: Member, reason: LeaveReason, words: str = "") -> None:
        """A member's participant is no longer in the roster."""
        facts, code = parting(reason, words)
        self._turn_out(member, facts, code)

    def replace(self, member: Member) -> None:
        """Another socket has taken up a member's participant."""
        self._turn_out(member, [], Close.REPLACED)

    def members(self) -> list[Member]:
        """All members. May be called from any thread: each dict is copied in one step."""
        return [member for view in [*self._views.values()] for member in [*view.members.values()]]

    def by_room(self) -> dict[str, list[Member]]:
        """All members, by room. Rooms in which there is none here are missing."""
        return {view.room: [*view.members.values()] for view in self._views.values() if view.members}

    def leases(self) -> list[Lease]:
        """The leases that this worker must renew."""
        return [member.lease for member in self.members()]

    def member(self, room: str, id: str) -> Member | None:
        view = self._views.get(room)
        return view.members.get(id) if view is not None else None

    def view(self, room: str) -> View | None:
        return self._views.get(room)

    def rooms(self) -> list[str]:
        return list(self._views)

    def lobbies(self) -> list[str]:
        """Rooms in whose lobby somebody waits here."""
        return [view.room for view in self._views.values() if view.in_lobby]

    def overtime(self) -> list[str]:
        """Rooms whose breakouts should have closed."""
        now = self._clock()
        return [view.room for view in self._views.values() if view.ends is not None and view.ends <= now]

    def unsure(self) -> list[str]:
        """Rooms that have somebody whose lease another worker keeps."""
        return [view.room for view in self._views.values() if any(map(self._elsewhere, view.people.values()))]

    def _elsewhere(self, record: Record) -> bool:
        return record.link == "detached" or record.worker != self._mailbox.address

    def _greet(self, member: Member) -> None:
        member.sent_version = member.view.version
        member.told_place = member.place
        member.send_queue.push(encode(member.greet(member)))
        inform(member.view, [member], self._notice, self._clock())

    def _turn_out(self, member: Member, facts: list[Fact], code: Close) -> None:
        if self.detach(member):
            member.send_queue.close(code, *map(encode, facts))

    def _forget(self, view: View) -> None:
        if not view.members and not view.opening and self._views.get(view.room) is view:
            del self._views[view.room]

    # What is known of a room

    def learn(self, change: Change) -> None:
        """Apply one change to what is known of a room."""
        view = self._views.get(change.room)
        if view is None:
            return
        if not view.epoch:
            view.early[change.version] = change
        elif change.epoch != view.epoch:
            self._strike(view, change)
            self._mend(view.room, change.epoch, change.version)
        elif change.version == view.version + 1 and change.complete:
            self._apply(view, change)
            self._catch_up(view)
        elif change.version > view.version:
            view.early[change.version] = change
            self._strike(view, change)
            self._mend(view.room, change.epoch, change.version)

    def _strike(self, view: View, change: Change) -> None:
        """Apply a departure, also when changes before it were missed: while a room is rebuilt, nothing else would announce it."""
        record, reason = change.record, change.reason
        if record is None or reason is None:
            return
        if (known := view.people.get(record.id)) is not None and known.generation <= record.generation:
            del view.people[record.id]
        if (member := view.members.get(record.id)) is not None and member.generation <= record.generation:
            self.dismiss(member, reason, change.words)

    def refresh(self, snapshot: Snapshot, room: str) -> None:
        """Replace what is known of a room by a snapshot. Members here who were sent less get the whole roster."""
        view = self._views.get(room)
        if view is not None and (snapshot.epoch != view.epoch or snapshot.version > view.version):
            self._install(view, snapshot)
            self._catch_up(view)

    def settle(self, snapshot: Snapshot, room: str) -> bool:
        """The store is complete again after a loss: whoever is not in it has left. False if the snapshot is outdated."""
        view = self._views.get(room)
        if view is None:
            return True
        if snapshot.epoch != view.epoch or snapshot.version < view.version:
            return False
        view.rebuilding = False
        for member in view.members.values():
            member.sent_version = -1
        self._install(view, snapshot)
        self._catch_up(view)
        return True

    def _absorb(self, view: View, entered: Entered) -> None:
        change, snapshot = entered.change, entered.snapshot
        if (change.epoch, change.version) == (view.epoch, view.version + 1) and change.complete:
            self._apply(view, change)
            self._catch_up(view)
        else:
            self.refresh(snapshot, view.room)

    def _install(self, view: View, snapshot: Snapshot) -> None:
        people = {record.id: record for record in snapshot.people}
        if view.epoch not in {"", snapshot.epoch}:
            self._lost(view)
        further = ahead(view.people, people) if view.rebuilding else {}
        if view.rebuilding:
            people = {**view.people, **people, **further}
        view.epoch, view.version, view.people = snapshot.epoch, snapshot.version, people
        self._follow(view, snapshot.settings)
        self._divide(view, snapshot.breakouts)
        for member in list(view.members.values()):
            member.astray = member.id in further
            self._follow_record(member, missing=snapshot.verdicts.get(member.id, "timeout"))
        views = {(member.hosts, member.place) for member in view.members.values()}
        texts = {key: encode(view.roster(host=key[0], place=key[1])) for key in views}
        for member in view.members.values():
            if member.state == "present" and member.sent_version < view.version:
                member.sent_version = view.version
                if member.place == member.told_place:
                    member.send_queue.push(texts[member.hosts, member.place])
                else:
                    self._show(member, offers=view.people)
        inform(view, view.members.values(), self._notice, self._clock())
        self._open_lobby(view)

    def _open_lobby(self, view: View) -> None:
        if view.may_release:
            self._release(view.room)

    def _lost(self, view: View) -> None:
        """The store has lost the room: keep the people known here until everybody has been put back, and count versions anew."""
        view.rebuilding = True
        view.early.clear()
        for member in view.members.values():
            member.sent_version = -1
        self._rebuild(view.room)

    def _catch_up(self, view: View) -> None:
        while (change := view.early.pop(view.version + 1, None)) is not None and change.epoch == view.epoch and change.complete:
            self._apply(view, change)
        view.early = {version: change for version, change in view.early.items() if version > view.version}

    def _apply(self, view: View, change: Change) -> None:
        view.version = change.version
        if change.record is not None:
            self._apply_to(view, change, change.record)
        elif change.settings is not None and self._follow(view, change.settings):
            self._emit(view, change, Locked(locked=change.settings.locked, version=change.version))
        elif change.breakouts is not None:
            self._divide(view, change.breakouts)
            self._move_all(view, change)
        inform(view, view.members.values(), self._notice, self._clock())
        self._open_lobby(view)

    def _apply_to(self, view: View, change: Change, record: Record) -> None:
        before = view.people.get(record.id)
        if change.reason is not None:
            view.people.pop(record.id, None)
        else:
            view.people[record.id] = record
        member = view.members.get(record.id)
        if member is not None:
            self._follow_record(member, missing=change.reason or "timeout", words=change.words)
        if change.reason is None and before is not None and before.place != record.place and before.state == record.state:
            self._move(view, change, record, before)
        elif change.reason is not None or not only_facts(record, before):
            self._emit(view, change, fact_of(change, record, before))
        if member is not None and before is not None and member.hosts != can(before.role, "admit"):
            self._brief(member)

    def _move(self, view: View, change: Change, record: Record, before: Record) -> None:
        """One participant has moved: for those where they were they are gone, for those where they are they have joined."""
        joined = encode(Joined(participant=record.participant, version=change.version))
        for member in self._behind(view, change):
            if member.id == record.id:
                self._show(member, offers=view.people)
            elif member.place == before.place:
                member.send_queue.push(encode(gone(member, record.id, change.version)))
            elif member.place == record.place:
                member.send_queue.push(joined)

    def _move_all(self, view: View, change: Change) -> None:
        """Breakout rooms were opened or closed. Of two who come to a place at once, the one with the smaller id offers."""
        before = {one.id: one.place for one in view.people.values()}
        for one in [*view.people.values()]:
            place, asks = change.moves.get(one.id, one.place), one.help and bool(view.breakouts.rooms)
            view.people[one.id] = msgspec.structs.replace(one, place=place, help=asks)
        for member in self._behind(view, change) if change.moves else ():
            met = [one.id for one in view.at(member.place) if before[one.id] != before.get(member.id)]
            came = member.id in change.moves
            self._show(member, offers=[other for other in met if came and (other not in change.moves or other > member.id)])

    def _behind(self, view: View, change: Change) -> list[Member]:
        """Those present here who were not sent a change yet. From now on they count as having been sent it."""
        behind = [one for one in view.members.values() if one.state == "present" and one.sent_version < change.version]
        for member in behind:
            member.sent_version = change.version
        return behind

    def _show(self, member: Member, *, offers: Collection[str]) -> None:
        """Send the roster of the place where a member is now; of ``offers``, those who are there it is to offer to."""
        roster = member.view.roster(host=member.hosts, place=member.place)
        if member.place != member.told_place:
            self._lend_anew(member)
        member.told_place = member.place
        if not member.takes_breakouts:
            member.send_queue.push(encode(roster))
            return
        there = [one.id for one in roster.participants if one.id in offers and one.id != member.id]
        placed = Placed(**msgspec.structs.asdict(roster), place=member.place, offers=there)
        member.send_queue.push(encode(placed))

    def _divide(self, view: View, breakouts: Breakouts) -> None:
        view.breakouts = breakouts
        view.ends = self._clock() + breakouts.remaining / 1000 if breakouts.ends_at else None

    def _follow(self, view: View, settings: RoomSettings) -> bool:
        """Apply these settings unless those known are newer, and send a changed policy. Whether the lock has changed."""
        before = view.settings
        if not settings.replaces(before):
            return False
        view.settings = settings
        if settings.policy != before.policy:
            for member in view.members.values():
                self._lend_anew(member)
        return settings.locked != before.locked

    def _lend_anew(self, member: Member) -> None:
        if member.state == "present":
            ice = self._lend(member)
            member.send_queue.push(encode(IceFact(servers=ice.servers, policy=ice.policy)))

    def _follow_record(self, member: Member, *, missing: LeaveReason, words: str = "") -> None:
        """Update a member from its record."""
        record = member.record
        if record is None:
            self.dismiss(member, missing, words)
        elif record.generation > member.generation:
            self.replace(member)
        elif record.state == "present" and member.state == "waiting":
            member.state = "present"
            self._greet(member)
        elif record.state == "waiting" and member.state == "present" and not member.astray:
            # The store has lost that a host admitted this member. As a new participant it can wait again.
            self._turn_out(member, [], Close.UNKNOWN)
            self._depart(member)

    def _brief(self, member: Member) -> None:
        """Send the roster to a member whose role became a host's or ceased to be one: only hosts know who waits."""
        if member.state == "present":
            member.send_queue.push(encode(member.view.roster(host=member.hosts, place=member.place)))

    def _emit(self, view: View, change: Change, fact: Fact) -> None:
        """Send a fact to those whom it concerns: of somebody who waits to hosts, of a participant to those in the same place."""
        record = change.record
        text = encode(fact)
        for member in view.members.values():
            if member.sent_version >= change.version or member.state != "present":
                continue
            if record is None or (member.hosts if record.state == "waiting" else member.place == record.place):
                member.sent_version = change.version
                member.send_queue.push(text)
            elif member.hosts and isinstance(fact, Joined):
                # Somebody who waited may have been let in, to another place.
                member.sent_version = change.version
                member.send_queue.push(encode(gone(member, record.id, change.version)))
