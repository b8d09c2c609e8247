"""Queries that are prepared once: their SQL in a process, and their plan in each connection to PostgreSQL.

Django makes the SQL of a query each time that it runs, and PostgreSQL plans it each time. For a query with several conditions
that takes several times as long as all the rest (``docs/decisions/prepared-queries.md``).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from itertools import count
from typing import Any, Final, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.db import NotSupportedError, connections
from django.db.models import BigIntegerField, Expression, Field, Func, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.sql import Query

Row = TypeVar("Row")
#: What conditions compare with: a value, or a :class:`Parameter` that stands for one. A key of None is nobody's.
Key = int | Combinable | None
Text = str | Combinable
Fields = dict[str, "Field[Any, Any]"]
Sql = tuple[str, tuple[object, ...]]

#: The names of the statements that each connection to PostgreSQL has.
_STATEMENTS: Final[WeakKeyDictionary[object, set[str]]] = WeakKeyDictionary()
_NUMBERS: Final = count()


class Parameter(Expression):
    """Stands in a query for a value of this field, which each call gives. PostgreSQL knows it by its number."""

    def __init__(self, name: str, number: int, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name
        self._number = number

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        return f"${self._number}", []


class Keys(Field):  # type: ignore[type-arg]
    """The field of a parameter that is a list of keys: ``pk__in=Each(parameter)``."""

    def db_type(self, connection: Any) -> str:
        return "bigint[]"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return value if connection.vendor == "postgresql" else json.dumps(value)


class Each(Func):
    """The keys of a list, one a row."""

    template = "SELECT unnest(%(expressions)s)"
    output_field = BigIntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="SELECT value FROM json_each(%(expressions)s)", **context)


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
        try:
            return self._rows(values)
        except NotSupportedError:
            # A migration has changed the type of a column: PostgreSQL refuses a statement from before.
            if not _forget(connections[self._queryset.db]):
                raise
            return self._rows(values)

    def _rows(self, values: dict[str, object]) -> list[Row]:
        queryset: Any = self._queryset.all()  # type: ignore[union-attr]
        queryset.query.given = values
        return list(queryset)

    def _prepare(self) -> QuerySet[Any, Row]:
        numbered = enumerate(self._fields.items(), start=1)
        queryset: Any = self._build(**{name: Parameter(name, number, field) for number, (name, field) in numbered})
        queryset.query.__class__ = _ReadyQuery
        queryset.query.fields, queryset.query.made = self._fields, {}
        return queryset  # type: ignore[no-any-return]


@dataclass(frozen=True)
class _Made:
    """What was made of a query. ``compiler`` is what it knows of the columns, without the query and the connection of the first
    call. ``parameters`` are those in the SQL: :class:`Parameter`, or values that are always the same. ``converters`` are for the
    columns of a row; None if they depend on the connection.
    """

    name: str
    compiler: Any
    sql: str
    parameters: tuple[object, ...]
    converters: Any


class _ReadyQuery(Query):
    """``made`` is for each kind of database. ``given`` are the values for the parameters, which have these ``fields``."""

    fields: Fields
    made: dict[str, _Made]
    given: dict[str, object]

    def get_compiler(self, using: Any = None, connection: Any = None, elide_empty: bool = True) -> Any:
        connection = connection or connections[using]
        made = self.made.get(connection.vendor)
        if made is None:
            made = self.made[connection.vendor] = _make(super().get_compiler(using, connection, elide_empty))
        compiler = copy(made.compiler)
        compiler.query, compiler.connection, compiler.using = self, connection, using
        compiler.as_sql = lambda: self._sql(made, connection)
        if made.converters is not None:
            compiler.get_converters = lambda _columns: made.converters
        return compiler

    def chain(self, klass: Any = None) -> Any:
        """The query for another call. Nothing in it changes any more, so nothing is copied."""
        chained = self.__class__.__new__(self.__class__)
        chained.__dict__ |= self.__dict__
        return chained

    def _sql(self, made: _Made, connection: Any) -> Sql:
        values = {name: field.get_db_prep_value(self.given[name], connection) for name, field in self.fields.items()}
        if connection.vendor == "postgresql":
            _prepare(made, self.fields, connection)
            return _call(made.name, len(values)), tuple(values.values())
        return made.sql, tuple(values[one.name] if isinstance(one, Parameter) else one for one in made.parameters)


def _make(compiler: Any) -> _Made:
    sql, parameters = compiler.as_sql()
    columns = [column for column, *_ in compiler.select]
    converters = compiler.get_converters(columns) if compiler.connection.vendor == "postgresql" else None
    compiler.query = compiler.connection = None
    return _Made(f"prepared_{next(_NUMBERS)}", compiler, sql, parameters, converters)


def _prepare(made: _Made, fields: Fields, connection: Any) -> None:
    """Let the connection have the statement."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    names = _STATEMENTS.setdefault(connection.connection, set())
    if made.name not in names:
        types = ", ".join(str(field.db_type(connection)) for field in fields.values())
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            cursor.execute(f"PREPARE {made.name}{f' ({types})' if types else ''} AS {made.sql}", made.parameters)
        names.add(made.name)


def _call(name: str, parameters: int) -> str:
    return f"EXECUTE {name}({', '.join(['%s'] * parameters)})" if parameters else f"EXECUTE {name}"


def _forget(connection: Any) -> bool:
    """Drop the statements of the connection. False if it has none, or is in a transaction, which an error has ended."""
    if connection.in_atomic_block or connection.connection not in _STATEMENTS:
        return False
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    del _STATEMENTS[connection.connection]
    return True
