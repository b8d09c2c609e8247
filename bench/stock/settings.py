"""The least that a Channels project needs, with the channel layer under test."""

import os

SECRET_KEY = "a benchmark keeps no secrets"
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "channels"]
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": os.environ["STOCK_LAYER"],
        "CONFIG": {
            "hosts": [
                {
                    "address": os.environ["STOCK_REDIS_URL"],
                    "socket_timeout": 15,
                    "socket_connect_timeout": 3,
                    "max_connections": 1000,
                }
            ]
        },
    }
}
