from __future__ import annotations

import os
from random import SystemRandom

import pytest

SEATS = 20


@pytest.fixture
def seed() -> int:
    seed = int(os.environ.get("CHAOS_SEED") or SystemRandom().getrandbits(32))
    print(f"CHAOS_SEED={seed}")
    return seed
