from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from accounts.admin import Labelled, SearchForm
from conference import dashboard, views
from conference.malformed import handler400 as handler400
from conference.unavailable import handler500 as handler500
from rooms.views import live_meeting

# The admin has no log-in of its own, so limits and second factors apply to administrators, too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.autocomplete_view = Labelled.as_view(admin_site=admin.site)  # type: ignore[method-assign, assignment]
ChangeList.search_form_class = SearchForm
_urls = admin.site.get_urls
_live = "rooms/room/<int:pk>/live/"
admin.site.get_urls = lambda: [  # type: ignore[method-assign]
    path("dashboard/", admin.site.admin_view(dashboard.page), name="dashboard"),
    path("dashboard/events/", admin.site.admin_view(dashboard.events), name="dashboard_events"),
    path(_live, admin.site.admin_view(live_meeting.page), name="live_meeting"),
    path(f"{_live}events/", admin.site.admin_view(live_meeting.events), name="live_meeting_events"),
    path(f"{_live}people/<str:participant>/", admin.site.admin_view(live_meeting.page), name="live_person"),
    path(f"{_live}people/<str:participant>/events/", admin.site.admin_view(live_meeting.events), name="live_person_events"),
    *(path(f"{_live}{name}/", admin.site.admin_view(act), name=f"live_{name}") for name, act in live_meeting.ACTS.items()),
    *_urls(),
]

urlpatterns = [
    # Meetings were called sessions.
    re_path(r"^admin/rooms/session/(?P<rest>.*)", RedirectView.as_view(url="/admin/rooms/meeting/%(rest)s", query_string=True)),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("brand/<slug:digest>.css", views.style, name="brand_style"),
    path("brand/<slug:digest>.png", views.logo, name="logo"),
    path("", include("api.urls")),
    path("", include("lti.urls")),
    path("", include("accounts.urls")),
    path("", include("rooms.urls")),
    path("", include("schedule.urls")),
    path("", include("embedding.urls")),
]
