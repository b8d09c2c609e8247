from __future__ import annotations

from django.urls import path

import rooms.urls  # noqa: F401 - has the converter of slugs
from schedule.views import meetings, notifications, reports, soon

urlpatterns = [
    path("soon", soon.soon, name="soon"),
    path("<room:slug>/report", reports.report, name="report"),
    path("<room:slug>/report.csv", reports.report_csv, name="report_csv"),
    path("<room:slug>/report/person", reports.report_person, name="report_person"),
    path("<room:slug>/report/date/<int:pk>", reports.report_date, name="report_date"),
    path("<room:slug>/report/meeting/<int:pk>", reports.report_meeting, name="report_meeting"),
    path("notifications", notifications.choices, name="notifications"),
    path("notifications/due", notifications.due, name="due"),
    path("notifications/silence/<str:token>", notifications.silence, name="silence_notifications"),
    path("<room:slug>/schedule", meetings.meetings, name="schedule"),
    path("<room:slug>/schedule/new", meetings.new, name="schedule_new"),
    path("<room:slug>/schedule/<int:pk>", meetings.meeting, name="scheduled"),
    path("<room:slug>/schedule/<int:pk>/change", meetings.change, name="scheduled_change"),
    path("<room:slug>/schedule/<int:pk>/cancel", meetings.cancel, name="scheduled_cancel"),
]
