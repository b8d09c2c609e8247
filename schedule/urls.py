from __future__ import annotations

from django.urls import path

import rooms.urls  # noqa: F401 - has the converter of slugs
from schedule.views import answers, downloads, invitees, meetings, notifications, reports, soon

urlpatterns = [
    path("soon", soon.soon, name="soon"),
    path("<room:slug>/schedule/<int:pk>/meeting.ics", downloads.meeting, name="scheduled_ics"),
    path("<room:slug>/schedule/<int:pk>/invitees", invitees.invited, name="invitees"),
    path("<room:slug>/invitees/<int:pk>/withdraw", invitees.uninvite, name="uninvite"),
    path("invited/<str:token>", answers.answer, name="answer"),
    path("invited/<str:token>/silence", answers.silence, name="silence"),
    path("invited/<str:token>/meeting.ics", answers.download, name="answer_ics"),
    path("feed", downloads.feed, name="feed"),
    path("feed/<str:token>.ics", downloads.feed_file, name="feed_ics"),
    path("<room:slug>/report", reports.report, name="report"),
    path("<room:slug>/report.csv", reports.report_csv, name="report_csv"),
    path("<room:slug>/report/person", reports.report_person, name="report_person"),
    path("<room:slug>/report/date/<int:pk>", reports.report_date, name="report_date"),
    path("<room:slug>/report/meeting/<int:pk>", reports.report_meeting, name="report_meeting"),
    path("notifications", notifications.choices, name="notifications"),
    path("notifications/due", notifications.due, name="due"),
    path("notifications/silence/<str:token>", notifications.silence, name="silence_notifications"),
    path("schedule", meetings.where, name="schedule_where"),
    path("<room:slug>/schedule", meetings.meetings, name="schedule"),
    path("<room:slug>/schedule/new", meetings.new, name="schedule_new"),
    path("<room:slug>/schedule/<int:pk>", meetings.meeting, name="scheduled"),
    path("<room:slug>/schedule/<int:pk>/change", meetings.change, name="scheduled_change"),
    path("<room:slug>/schedule/<int:pk>/cancel", meetings.cancel, name="scheduled_cancel"),
]
