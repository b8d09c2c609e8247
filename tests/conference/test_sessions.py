from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from django.test import Client, override_settings

NOWHERE = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}}


def test_without_redis_one_stays_signed_in(alices: Client) -> None:
    with override_settings(CACHES=NOWHERE):
        assert alices.get("/profile").status_code == 200


@pytest.mark.parametrize("cookie", [r'"\000\000\000\000\000\000\000\000\000"', "../../../../etc", '"two words"', "x"])
def test_a_cookie_that_is_no_key_is_nobodys(client: Client, db: None, cookie: str) -> None:
    response = client.get("/profile", headers={"cookie": f"login={cookie}"})
    assert response.status_code == 302
    assert not Session.objects.exists()
