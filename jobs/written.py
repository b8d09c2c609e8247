"""What the admin may do with rows that the system, or people on their own pages, write."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


class Written:
    """Rows that the admin shows and deletes, but does not add or change."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Kept(Written):
    """Rows that the admin only shows."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
