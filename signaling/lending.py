"""Lending the ICE servers of this deployment. Needs no worker."""

from __future__ import annotations

import time
from typing import Final

from django.conf import settings

from signaling import ice
from signaling.protocol.facts import Ice
from signaling.protocol.values import Policy

#: Long enough to join, gather candidates and repair a pair. A connected pair continues after that (docs/security.md).
CREDENTIAL_SECONDS: Final = 600.0


def lend(holder: str, room_id: str, policy: Policy) -> Ice:
    """The ICE servers for ``holder``, in a room of this policy. The holder is a participant, or somebody who tests the
    connection.
    """
    turn_urls = [] if policy == "direct" else settings.TURN_URLS
    servers = ice.servers(settings.STUN_URLS, turn_urls, settings.TURN_SECRET, holder, room_id, CREDENTIAL_SECONDS, time.time())
    return Ice(servers=servers, policy=policy)
