from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EmbeddingConfig(AppConfig):
    name = "embedding"
    verbose_name = _("Embedding")
    default_auto_field = "django.db.models.BigAutoField"
