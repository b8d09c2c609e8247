from __future__ import annotations

from django.urls import path

from rooms import converters as converters
from rooms.views import audit, history, home, invitations, join_links, people, room, settings

urlpatterns = [
    path("", home.home, name="home"),
    path("new", home.new, name="new"),
    path("join", home.join, name="join"),
    path("invitation/<str:token>", invitations.invitation, name="invitation"),
    path("join/<str:token>", join_links.follow, name="follow"),
    path("<room:slug>", room.room, name="room"),
    path("<room:slug>/passcode", room.passcode, name="passcode"),
    path("<room:slug>/ice", room.ice, name="ice"),
    path("<room:slug>/elsewhere", room.elsewhere, name="elsewhere"),
    path("<room:slug>/qr.svg", room.qr, name="qr"),
    path("<room:slug>/invite", invitations.invite, name="invite"),
    path("<room:slug>/invitations/<int:pk>/withdraw", invitations.withdraw, name="withdraw"),
    path("<room:slug>/join-links", join_links.make, name="join_links"),
    path("<room:slug>/join-links/<int:pk>/withdraw", join_links.withdraw, name="withdraw_join_link"),
    path("<room:slug>/people", people.people, name="people"),
    path("<room:slug>/people/<int:pk>/role", people.change_role, name="change_role"),
    path("<room:slug>/people/<int:pk>/remove", people.drop, name="drop"),
    path("<room:slug>/bans/<int:pk>/lift", people.let_back, name="let_back"),
    path("<room:slug>/role", people.role, name="role"),
    path("<room:slug>/guests", people.guests, name="guests"),
    path("<room:slug>/bans/network/<int:pk>/lift", people.unbar, name="unbar"),
    path("<room:slug>/history", history.history, name="history"),
    path("<room:slug>/history.csv", history.download, name="history_csv"),
    path("<room:slug>/audit", audit.entries, name="audit"),
    path("<room:slug>/audit.csv", audit.download, name="audit_csv"),
    path("<room:slug>/settings", settings.settings, name="settings"),
    path("<room:slug>/lock", settings.lock, name="lock"),
    path("<room:slug>/uses", settings.uses, name="uses"),
    path("<room:slug>/lobby", settings.lobby, name="lobby"),
    path("<room:slug>/delete", settings.delete, name="delete"),
    path("<written:slug>", room.written),
]
