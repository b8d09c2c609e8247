from django.apps import AppConfig


class ConferenceConfig(AppConfig):
    name = "conference"

    def ready(self) -> None:
        from conference import checks, workers  # noqa: F401 - checks registers itself; models are loaded only now
        from signaling import live

        live.otherwise(workers.brief)
