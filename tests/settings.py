"""The product's settings, as a test machine has them: nothing from the developer's environment, nothing in var/."""

import os
import tempfile

for name in (
    "DATABASE_URL",
    "REDIS_URL",
    "ORIGINS",
    "DEBUG",
    "SIGNUP",
    "MFA",
    "OIDC_SERVER_URL",
    "EMAIL_URL",
    "TURN_URLS",
    "STUN_URLS",
):
    os.environ.pop(name, None)
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="conference-")
os.environ["SECRET_KEY"] = "only-for-tests"

from conference.settings import *  # noqa: E402, F403

ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# In a file, because sockets read and write in threads; SQLite's shared memory answers a second one with "table is locked".
DATABASES["default"]["TEST"] = {"NAME": f"{VAR_DIR}/test.sqlite3"}  # noqa: F405
