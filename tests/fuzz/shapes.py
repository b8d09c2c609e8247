"""Well-formed messages of every type of a union, made from the type itself: a new type or field is there by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, get_args

import hypothesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from msgspec import inspect

from signaling.protocol.values import Id

#: Stand for ids that are known when a message is sent: see ``corpus.named``.
NAMED: Final = tuple(f"id-{number}-id" for number in range(8))
_ID: Final = get_args(Id)[1].pattern

Values = SearchStrategy[Any]


def messages(union: Any, each: int, seed: int) -> list[dict[str, Any]]:
    """About ``each`` messages of every type of the union. The same ones for the same seed."""
    kinds = get_args(union) or (union,)
    return [message for kind in kinds for message in drawn(values(inspect.type_info(kind)), each, seed)]


def drawn(strategy: Values, count: int, seed: int) -> list[Any]:
    """At most ``count`` examples, all of them different."""
    examples: list[Any] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(strategy)
    def draw(example: Any) -> None:
        examples.append(example)

    draw()
    return examples


def values(of: inspect.Type) -> Values:
    """JSON values of a type of ``msgspec.inspect``. Raises LookupError for one that the wire has not had yet."""
    match of:
        case inspect.StructType():
            return _objects(of)
        case inspect.UnionType(types):
            return st.one_of([values(one) for one in types])
        case inspect.LiteralType(literals):
            return st.sampled_from(sorted(literals, key=str))
        case inspect.StrType():
            return _strings(of)
        case inspect.IntType():
            return st.integers(of.ge, of.le)
        case inspect.FloatType():
            return st.floats(allow_nan=False, allow_infinity=False)
        case inspect.BoolType():
            return st.booleans()
        case inspect.NoneType():
            return st.none()
        case inspect.ListType():
            return st.lists(values(of.item_type), min_size=of.min_length or 0, max_size=min(of.max_length or 8, 8))
        case inspect.DictType():
            return st.dictionaries(values(of.key_type), values(of.value_type), max_size=6)
        case inspect.AnyType():
            return st.one_of(st.text(max_size=30), st.integers(), st.lists(st.text(max_size=30), max_size=3))
    raise LookupError(f"no values for {of}. Add a row here.")


def _objects(of: inspect.StructType) -> Values:
    required = {field.encode_name: values(field.type) for field in of.fields if field.required}
    optional = {field.encode_name: values(field.type) for field in of.fields if not field.required}
    tag = {of.tag_field: st.just(of.tag)} if of.tag_field else {}
    return st.fixed_dictionaries({**tag, **required}, optional=optional)


def _strings(of: inspect.StrType) -> Values:
    if of.pattern is None:
        return st.text(min_size=of.min_length or 0, max_size=of.max_length)
    strings = st.from_regex(of.pattern)
    return st.one_of(st.sampled_from(NAMED), strings) if of.pattern == _ID else strings


def types(union: Any) -> Sequence[str]:
    """The ``type`` of each message of a union."""
    return [str(info.tag) for info in map(inspect.type_info, get_args(union)) if isinstance(info, inspect.StructType)]
