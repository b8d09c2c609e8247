"""The settings for tests: nothing from the developer's environment, nothing in var/.

All optional features are on. ``tests/conference/test_settings.py`` and ``test_serve.py`` test the defaults.
"""

import os
import tempfile

KEPT = {"VAR_DIR": tempfile.mkdtemp(prefix="conference-"), "SECRET_KEY": "only-for-tests-" * 4}
SWITCHED_ON = {
    "MFA": "true",
    "OIDC_SERVER_URL": "http://127.0.0.1:9",
    "OIDC_CLIENT_ID": "conference",
    "OIDC_CLIENT_SECRET": "hush",
    "OIDC_NAME": "Example",
}
NOT_OURS = (
    *("DEBUG", "HOST", "PORT", "ORIGINS", "CLIENT_IP_HEADER", "SECRET_KEY_FILE", "DATABASE_URL", "DATABASE_URL_FILE"),
    *("REDIS_URL", "REDIS_URL_FILE", "SIGNUP", "EMAIL_URL", "EMAIL_URL_FILE", "DEFAULT_FROM_EMAIL"),
    *(
        "STUN_URLS",
        "TURN_URLS",
        "TURN_SECRET",
        "TURN_SECRET_FILE",
        "ICE_POLICY",
        "RELAY_STATISTICS_URL",
        "RELAY_STATISTICS_URL_FILE",
        "OIDC_CLIENT_SECRET_FILE",
        "STATIC_ROOT",
    ),
    *(
        "ROOMS_PER_ACCOUNT",
        "ROOMS_PER_HOUR",
        "INVITATIONS_PER_DAY",
        "MISSES_PER_ADDRESS",
        "GUESTS_PER_ADDRESS",
        "WAITING_PER_ADDRESS",
        "TESTS_PER_ADDRESS",
    ),
    *("SIGNUPS_PER_ADDRESS", "LOGINS_PER_ADDRESS", "LOGIN_FAILURES_PER_ADDRESS", "PASSCODE_FAILURES_PER_ADDRESS"),
    *("METRICS_TOKEN", "METRICS_TOKEN_FILE"),
)
for name in NOT_OURS:
    os.environ.pop(name, None)
# `make test-stores` gives these; else there is SQLite and one process.
STORES = {name: os.environ.get(f"TEST_{name}", "") for name in ("DATABASE_URL", "REDIS_URL")}
os.environ.update(KEPT | SWITCHED_ON | STORES)

from conference.settings import *  # noqa: E402, F403

for name in SWITCHED_ON | STORES:  # servers that a test starts have the defaults
    del os.environ[name]

ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT = VAR_DIR / "static"  # noqa: F405
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if not STORES["DATABASE_URL"]:
    # In a file, because sockets read and write in threads; SQLite's shared memory answers a second one with "table is locked".
    DATABASES["default"]["TEST"] = {"NAME": f"{VAR_DIR}/test.sqlite3"}  # noqa: F405
MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
