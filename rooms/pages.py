"""Lists in pages."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.functional import cached_property


class ShortPaginator(Paginator):  # type: ignore[type-arg]
    """Most lists fit on their first page. Those are not counted: one row more than a page has is read instead."""

    @cached_property
    def _beginning(self) -> list[Any]:
        return list(self.object_list[: self.per_page + 1])

    @cached_property
    def count(self) -> int:
        fits = len(self._beginning) <= self.per_page
        return len(self._beginning) if fits else Paginator(self.object_list, self.per_page).count

    def page(self, number: int | str) -> Page[Any]:
        if self.validate_number(number) == 1:
            return Page(self._beginning[: self.per_page], 1, self)
        return super().page(number)
