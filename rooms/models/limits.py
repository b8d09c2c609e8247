"""Bounds of what rooms have."""

from __future__ import annotations

CAPACITY_MIN, CAPACITY_DEFAULT, CAPACITY_MAX = 2, 8, 50
NAME_LENGTH = 64
