"""Lists as one parameter each: a statement stays the same however long they are, and is read by the database once."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Dialect, Text, TypeDecorator, bindparam, cast, literal_column
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeEngine


class _Numbers(TypeDecorator[list[int]]):
    """Whole numbers: an array on PostgreSQL, JSON on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kept = ARRAY(BigInteger()) if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(kept)

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        return list(value) if dialect.name == "postgresql" else json.dumps(list(value))


class _Among(FunctionElement[Any]):
    type = NullType()  # told that it is a boolean, SQLite is asked whether it is 1, and then uses no index
    inherit_cache = True


class _Rows(FunctionElement[Any]):
    inherit_cache = True
    name = "rows"


class _Element(FunctionElement[str]):
    type = Text()
    inherit_cache = True


def among(column: ColumnElement[int], name: str) -> ColumnElement[bool]:
    """Match a column with the list of numbers that is given under a name."""
    return _Among(column, bindparam(name, type_=_Numbers))


class Rows:
    """Rows given as one parameter, each a list of values in the order of the columns. `columns` name their types.

    Texts must not hold what PostgreSQL refuses: `bot.store.tables.Words` knows.
    """

    def __init__(self, name: str, **columns: TypeEngine[Any]) -> None:
        self._value = _Rows(bindparam(name, type_=Text)).table_valued("value", name=f"{name}_").c.value
        self._types = columns

    def __getattr__(self, column: str) -> ColumnElement[Any]:
        """Return a column's value."""
        place = list(self._types).index(column)
        return cast(_Element(self._value, literal_column(str(place))), self._types[column])

    @staticmethod
    def given(rows: Sequence[Sequence[Any]]) -> str:
        """Return rows as the parameter is given."""
        return json.dumps(rows)


@compiles(_Among, "sqlite")
def _among_sqlite(element: _Among, compiler: Any, **options: Any) -> str:
    column, numbers = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({numbers}))"  # noqa: S608 - compiled, not text from outside


@compiles(_Among, "postgresql")
def _among_postgresql(element: _Among, compiler: Any, **options: Any) -> str:
    column, numbers = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} = ANY ({numbers})"


@compiles(_Rows, "sqlite")
def _rows_sqlite(element: _Rows, compiler: Any, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Rows, "postgresql")
def _rows_postgresql(element: _Rows, compiler: Any, **options: Any) -> str:
    return f"json_array_elements(CAST({compiler.process(element.clauses, **options)} AS JSON))"


@compiles(_Element, "sqlite")
def _element_sqlite(element: _Element, compiler: Any, **options: Any) -> str:
    value, place = (compiler.process(each, **options) for each in element.clauses)
    return f"json_extract({value}, '$[{place}]')"


@compiles(_Element, "postgresql")
def _element_postgresql(element: _Element, compiler: Any, **options: Any) -> str:
    value, place = (compiler.process(each, **options) for each in element.clauses)
    return f"({value} ->> {place})"
