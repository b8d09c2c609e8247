"""Queries whose SQL is made once in a process.

Django makes the SQL of a query each time that it runs. For a query with several conditions that takes several times as long as
all the rest, the database included (``docs/decisions/prepared-queries.md``).
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.models import Expression, Field, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.sql import Query

Row = TypeVar("Row")
#: What conditions compare with: a value, or a :class:`Parameter` that stands for one. A key of None is nobody's.
Key = int | Combinable | None
Text = str | Combinable


class Parameter(Expression):
    """Stands in a query for a value of this field, which each call gives."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name
        self._field = field

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def adapt(self, value: object, connection: Any) -> object:
        """The value as the driver of the database takes it."""
        return self._field.get_db_prep_value(value, connection)


class Prepared(Generic[Row]):
    """``build`` makes the query from parameters of these names, and from nothing else: it is called once. Compare moments with
    ``Now()``, not with the time of the call. A query that is always empty, such as ``none()``, has no SQL and cannot be prepared.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]], **fields: Field[Any, Any]) -> None:
        self._build = build
        self._fields = fields
        self._queryset: QuerySet[Any, Row] | None = None

    def __call__(self, **values: object) -> list[Row]:
        """The rows for these values. They are a list, since a query with ready SQL cannot be changed any more."""
        if self._queryset is None:
            self._queryset = self._prepare()
        queryset: Any = self._queryset.all()
        queryset.query.given = values
        return list(queryset)

    def _prepare(self) -> QuerySet[Any, Row]:
        queryset: Any = self._build(**{name: Parameter(name, field) for name, field in self._fields.items()})
        queryset.query.__class__ = _ReadyQuery
        queryset.query.made = {}
        return queryset  # type: ignore[no-any-return]


class _ReadyQuery(Query):
    """``made`` has a compiler with its SQL for each kind of database: what the compiler knows of the columns, without the query
    and the connection of the first call. ``given`` are the values for the parameters.
    """

    made: dict[str, tuple[Any, str, list[object]]]
    given: dict[str, object]

    def get_compiler(self, using: Any = None, connection: Any = None, elide_empty: bool = True) -> Any:
        connection = connection or connections[using]
        made = self.made.get(connection.vendor)
        if made is None:
            first: Any = super().get_compiler(using, connection, elide_empty)
            made = self.made[connection.vendor] = (first, *first.as_sql())
            first.query = first.connection = None
        compiler, sql, parameters = copy(made[0]), made[1], made[2]
        compiler.query, compiler.connection, compiler.using = self, connection, using
        compiler.as_sql = lambda: (sql, tuple(self._value(parameter, connection) for parameter in parameters))
        return compiler

    def _value(self, parameter: object, connection: Any) -> object:
        return parameter.adapt(self.given[parameter.name], connection) if isinstance(parameter, Parameter) else parameter
