"""Everything is read from the environment; docs/configuration.md has the same headings in the same order."""

from __future__ import annotations

import os
from ipaddress import ip_network
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

from conference import database, mail, origins, private, redis
from conference.env import Environment, Misconfigured

BASE_DIR = Path(__file__).parents[1]
env = Environment()

# Listening and files

DEBUG = env.flag("DEBUG")
HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000, 1, 65535)
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var"))).resolve()

# Public address

try:
    ORIGINS = [origins.normal(origin) for origin in env.words("ORIGINS", origins.local(HOST, PORT))]
except ValueError as error:
    raise Misconfigured(f"ORIGINS: {error}") from error
HTTPS = origins.secure(ORIGINS)
ALLOWED_HOSTS = list(dict.fromkeys(origins.host(origin) for origin in ORIGINS))
CSRF_TRUSTED_ORIGINS = ORIGINS
CLIENT_IP_HEADER = env.text("CLIENT_IP_HEADER")

CONNECTIONS_PER_ADDRESS = env.number("CONNECTIONS_PER_ADDRESS", 1000, 1, 1_000_000)
HANDSHAKES_PER_ADDRESS = env.number("HANDSHAKES_PER_ADDRESS", 50, 1, 1_000_000)

# Secrets

# Without it, a key of this machine is made at the first start.
SECRET_KEY = env.secret("SECRET_KEY") or private.read_or_write(VAR_DIR / "secret_key", get_random_secret_key())

METRICS_TOKEN = env.secret("METRICS_TOKEN") or private.read_or_write(VAR_DIR / "metrics_token", token_urlsafe(32))

# Stores

DATABASE_CONNECTIONS = env.number("DATABASE_CONNECTIONS", 16, database.BESIDE + 2, 1000)
PAGES_AT_ONCE = DATABASE_CONNECTIONS - database.BESIDE
# Hashing leaves half of the processors to meetings, and most of the places to other pages.
PASSWORDS_AT_ONCE = max(1, min((os.cpu_count() or 1) // 2, PAGES_AT_ONCE // 4))
DATABASES = {"default": dj_database_url.parse(env.secret("DATABASE_URL", f"sqlite:///{VAR_DIR / 'conference.sqlite3'}"))}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    private.make_directory(VAR_DIR)
    if (name := str(DATABASES["default"]["NAME"])) != ":memory:":
        try:
            private.make_database(Path(name))
        except OSError as error:
            raise Misconfigured(f"DATABASE_URL: {error.strerror}: {name}") from error
    DATABASES["default"]["OPTIONS"] = database.SQLITE_OPTIONS
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["OPTIONS"] = database.options(DATABASE_CONNECTIONS) | DATABASES["default"].get("OPTIONS", {})
    # A connection is checked before it is used: it may have been lost while it was idle.
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.secret("REDIS_URL")
EMBEDDED = not REDIS_URL
CACHES: dict[str, dict[str, Any]] = {"default": {"BACKEND": "conference.counters.Counters"}}
if REDIS_URL:
    try:
        redis.parse(REDIS_URL)
    except ValueError as error:
        raise Misconfigured(f"REDIS_URL: {error}") from error
    CACHES = {
        "default": {
            "BACKEND": "conference.counters.SharedCounters",
            # In a list: Django splits a string at its commas.
            "LOCATION": [REDIS_URL],
            # If Redis does not answer, threads of pages must not wait for long.
            "OPTIONS": {"pool_class": "conference.redis.CachePool", "socket_timeout": 1, "socket_connect_timeout": 1},
        }
    }
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {
                "hosts": [
                    redis.layer_host(
                        REDIS_URL,
                        socket_timeout=15,
                        socket_connect_timeout=3,
                        socket_keepalive=True,
                        health_check_interval=10,
                        max_connections=1000,
                    )
                ],
            },
        }
    }

# Sign-up and sign-in

SIGNUP = env.choice("SIGNUP", "open", ["open", "invitation", "closed"])
MFA = env.flag("MFA")
OIDC_SERVER_URL = env.text("OIDC_SERVER_URL")
OIDC_CLIENT_ID = env.text("OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = env.secret("OIDC_CLIENT_SECRET")
OIDC_NAME = env.text("OIDC_NAME", "OpenID Connect")

# Rooms

ROOMS_PER_ACCOUNT = env.number("ROOMS_PER_ACCOUNT", 200, 1, 1_000_000)
ROOMS_PER_HOUR = env.number("ROOMS_PER_HOUR", 30, 1, 1_000_000)
INVITATIONS_PER_DAY = env.number("INVITATIONS_PER_DAY", 1000, 1, 1_000_000)

# Limits by address

MISSES_PER_ADDRESS = env.number("MISSES_PER_ADDRESS", 1000, 1, 1_000_000)
WAITING_PER_ADDRESS = env.number("WAITING_PER_ADDRESS", 20, 1, 40)
GUESTS_PER_ADDRESS = env.number("GUESTS_PER_ADDRESS", 600, 1, 1_000_000)
SIGNUPS_PER_ADDRESS = env.number("SIGNUPS_PER_ADDRESS", 300, 1, 1_000_000)
LOGINS_PER_ADDRESS = env.number("LOGINS_PER_ADDRESS", 300, 1, 1_000_000)
LOGIN_FAILURES_PER_ADDRESS = env.number("LOGIN_FAILURES_PER_ADDRESS", 200, 1, 1_000_000)
PASSCODE_FAILURES_PER_ADDRESS = env.number("PASSCODE_FAILURES_PER_ADDRESS", 60, 1, 1_000_000)
TESTS_PER_ADDRESS = env.number("TESTS_PER_ADDRESS", 60, 1, 1_000_000)

# Retention

ATTENDANCE_DAYS = env.number("ATTENDANCE_DAYS", 365, 1, 36_500)
HISTORY_DAYS = env.number("HISTORY_DAYS", 365, 1, 36_500)
AUDIT_DAYS = env.number("AUDIT_DAYS", 365, 1, 36_500)

# Mail

EMAIL_URL = env.secret("EMAIL_URL")
try:
    globals().update(mail.settings(EMAIL_URL))
except ValueError as error:
    raise Misconfigured(f"EMAIL_URL: {error}") from error
# Pages put mail into the queue of jobs; it is sent from there.
MAIL_TRANSPORT = globals()["EMAIL_BACKEND"]
EMAIL_BACKEND = "accounts.outbox.Backend"
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "conference@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Webhooks

try:
    WEBHOOK_NETWORKS = [ip_network(one) for one in env.words("WEBHOOK_NETWORKS")]
except ValueError as error:
    raise Misconfigured(f"WEBHOOK_NETWORKS: {error}") from error

# Connections between browsers

STUN_URLS = env.words("STUN_URLS")
TURN_URLS = env.words("TURN_URLS")
TURN_SECRET = env.secret("TURN_SECRET")
RELAY_STATISTICS_URL = env.secret("RELAY_STATISTICS_URL")
if RELAY_STATISTICS_URL:
    try:
        redis.parse(RELAY_STATISTICS_URL)
    except ValueError as error:
        raise Misconfigured(f"RELAY_STATISTICS_URL: {error}") from error
ICE_POLICY = env.choice("ICE_POLICY", "all", ["all", "relay"])

# The rest is not configurable

INSTALLED_APPS = [
    "conference.apps.ConferenceConfig",
    "jobs.apps.JobsConfig",
    "events.apps.EventsConfig",
    "accounts.apps.AccountsConfig",
    "rooms.apps.RoomsConfig",
    "schedule.apps.ScheduleConfig",
    "webhooks.apps.WebhooksConfig",
    "api.apps.ApiConfig",
    "lti.apps.LtiConfig",
    "embedding.apps.EmbeddingConfig",
    "allauth",
    "allauth.account",
    *(["allauth.mfa"] if MFA else []),
    *(["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"] if OIDC_SERVER_URL else []),
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]
MIDDLEWARE = [
    "conference.health.HealthMiddleware",
    "conference.metrics.MetricsMiddleware",
    "conference.arrival.ArrivalMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "conference.headers.HeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.ZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "conference.unavailable.UnavailableMiddleware",
]
ROOT_URLCONF = "conference.urls"
ASGI_APPLICATION = "conference.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "accounts.templatetags.fragments",
                "conference.templatetags.branding",
                "conference.templatetags.notices",
                "conference.templatetags.pages",
                "schedule.templatetags.schedule",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context_processors.signup",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if EMAIL_URL else "optional"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
# Other rates are allauth's. Failures at a password are counted in accounts/adapter.py, failures at a second factor here.
ACCOUNT_RATE_LIMITS = {
    "login": f"{LOGINS_PER_ADDRESS}/m/ip",
    "login_failed": f"{LOGIN_FAILURES_PER_ADDRESS}/5m/ip,5/5m/key",
    # Without a limit by account, which would let anybody keep its owner from a new password.
    "reset_password": f"{LOGINS_PER_ADDRESS}/m/ip",
    "reset_password_from_key": f"{LOGINS_PER_ADDRESS}/m/ip",
    "signup": f"{SIGNUPS_PER_ADDRESS}/10m/ip",
}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ALLAUTH_TRUSTED_CLIENT_IP_HEADER = CLIENT_IP_HEADER or None
MFA_RATE_LIMITS = {"webauthn_login": f"{LOGINS_PER_ADDRESS}/m/ip"}
MFA_ADAPTER = "conference.factors.Factors"
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_SUPPORTED_TYPES = ["recovery_codes", "totp", "webauthn"]
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
# There is one provider, that of the deployment. An address that it has verified identifies the person who has it here.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_ADAPTER = "accounts.openid.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": OIDC_NAME,
                "client_id": OIDC_CLIENT_ID,
                "secret": OIDC_CLIENT_SECRET,
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ],
    }
}

_PREFIX = "__Host-" if HTTPS else ""
SESSION_ENGINE = "conference.sessions"
SESSION_COOKIE_NAME = f"{_PREFIX}login"
SESSION_COOKIE_SECURE = HTTPS
DEVICE_COOKIE_NAME = f"{_PREFIX}device"
GUEST_COOKIE_NAME = f"{_PREFIX}guest"
CSRF_COOKIE_NAME = f"{_PREFIX}csrf"
LTI_COOKIE_NAME = f"{_PREFIX}lti"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True

SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "base-uri": [NONE],
        "connect-src": [SELF, *map(origins.socket, ORIGINS)],
        "font-src": [SELF],
        "form-action": [SELF, *([origins.normal(origins.of(OIDC_SERVER_URL))] if OIDC_SERVER_URL else [])],
        "frame-ancestors": [NONE],
        "img-src": [SELF, "blob:", *(["data:"] if MFA else [])],
        "manifest-src": [SELF],
        "media-src": [SELF, "blob:"],
        "object-src": [NONE],
        "require-trusted-types-for": ["'script'"],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "trusted-types": ["fanout", "files"],
        "worker-src": [SELF],
    }
}
# HSTS for subdomains and preloading: other services may run below this host name.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {
        "links": {"()": "conference.redaction.RedactLinks"},
        "refusals": {"()": "conference.refusals.LimitRefusals"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["links", "refusals"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        **{name: {"level": "INFO"} for name in ("accounts", "conference", "jobs", "rooms", "schedule", "signaling")},
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        # While Redis is away this would log a traceback a second. The keeper logs a line.
        "channels_redis": {"level": "CRITICAL"},
        # A refused request is not logged: its path may contain a room's code or a one-time link.
        "django.request": {"level": "ERROR"},
    },
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [("img", BASE_DIR / "static" / "img")]
STATICFILES_FINDERS = [
    "conference.bundles.BundleFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "conference.storage.Storage"},
}
