from django.apps import AppConfig
from django.db.models.signals import pre_migrate

from conference.database import unbind


class ConferenceConfig(AppConfig):
    name = "conference"

    def ready(self) -> None:
        from conference import checks, kinds, personal, receivers, workers  # noqa: F401 - some register themselves; models are loaded only now
        from events import outbox
        from signaling import process

        process.otherwise(workers.brief)
        outbox.follow(kinds.FOLLOWERS)
        pre_migrate.connect(unbind)
