"""How rows of a model travel on the bare driver: their statements, made once, and their values as the driver has them.

Loading and writing one row by its key through the ORM costs some three times what the driver needs for it
(docs/decisions/0013). Models stay SQLModel classes; composed queries stay SQLAlchemy's.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Generic, Literal, TypeVar

from pydantic_core import PydanticUndefined
from sqlalchemy import Column, Float, Numeric, Table
from sqlalchemy import inspect as mapping_of
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.orm import configure_mappers
from sqlalchemy.orm.attributes import instance_state, manager_of_class
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression, BindParameter, ClauseElement, True_
from sqlmodel import SQLModel

from shared.storage.documents import dumped, loaded

Row = TypeVar("Row", bound=SQLModel)


class Stored(SQLModel):
    """What a room's tables derive from. A new row takes its values as they are: columns and constraints judge them."""

    def __init__(self, **values: Any) -> None:
        # SQLModel would set them one by one through the ORM's bookkeeping, which nobody reads here: 20 times the time.
        plain, made = _blank(type(self))
        if unknown := values.keys() - type(self).model_fields.keys():
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
        held = self.__dict__
        held.update(plain)
        for name, make in made:
            if name not in values:
                held[name] = make()
        held.update(values)


@cache
def _blank(model: type[SQLModel]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """What a row has before it is given anything: fixed values, and what makes the others."""
    fields = model.model_fields.items()
    plain = {name: None if field.default is PydanticUndefined else field.default for name, field in fields}
    made = [(name, field.default_factory) for name, field in fields if field.default_factory is not None]
    return plain, made  # type: ignore[return-value]


Processor = Callable[[Any], Any] | None
DIALECT = asyncpg.dialect(json_serializer=dumped, json_deserializer=loaded)
FLOAT8, NUMERIC = 701, 1700
Lock = bool | Literal["share"]  # held against everybody, or only against those who would change it
LOCKS: dict[Lock, str] = {False: "", True: " FOR UPDATE", "share": " FOR SHARE"}
_QUOTE = DIALECT.identifier_preparer.quote


class Shape(Generic[Row]):
    """A model's table: attribute names, column names, and what turns a value into the driver's and back."""

    def __init__(self, model: type[Row]) -> None:
        configure_mappers()  # a row that is made here passes no query that would do it
        mapper = mapping_of(model)
        self.model, self.table = model, mapper.local_table
        self.columns: list[Column[Any]] = list(self.table.c)
        self.names = [mapper.get_property_by_column(column).key for column in self.columns]
        self.keys = [mapper.get_property_by_column(column).key for column in self.table.primary_key]
        self.rank = list(self.table.metadata.sorted_tables).index(self.table)  # parents come before their children
        self._manager = manager_of_class(model)
        types = [column.type.dialect_impl(DIALECT) for column in self.columns]
        self._to_driver: dict[str, Processor] = {
            name: type_.bind_processor(DIALECT) for name, type_ in zip(self.names, types, strict=True)
        }
        found = [type_.result_processor(DIALECT, _oid(type_)) for type_ in types]
        self._from_driver = [(name, process) for name, process in zip(self.names, found, strict=True) if process]
        self._column = dict(zip(self.names, (_QUOTE(column.name) for column in self.columns), strict=True))
        self._attribute = dict(zip(self.columns, self.names, strict=True))
        self._column_of = dict(zip(self.names, self.columns, strict=True))
        self._given_by_database = {n for n, c in zip(self.names, self.columns, strict=True) if _numbered(c)}
        self._name = DIALECT.identifier_preparer.format_table(self.table)
        self._statements: dict[Any, str] = {}

    def column(self, name: str) -> str:
        """The column of an attribute."""
        return self._column_of[name].name

    def is_given(self, name: str) -> bool:
        """Whether the database makes the value (a number) when none is given."""
        return name in self._given_by_database

    # --- reading

    def plain(self, where: Sequence[Any]) -> dict[str, Any] | None:
        """Attribute → value when the conditions are nothing but equalities of columns, else None."""
        found: dict[str, Any] = {}
        for clause in where:
            if isinstance(clause, True_):
                continue
            if not (isinstance(clause, BinaryExpression) and clause.operator is operators.eq):
                return None
            value = clause.right
            if not (isinstance(clause.left, Column) and isinstance(value, BindParameter)) or value.callable:
                return None
            name = self._attribute.get(clause.left)
            if name is None or name in found:
                return None
            found[name] = value.value
        return found

    def select(self, names: Sequence[str], lock: Lock) -> str:
        """The rows in which these attributes have the values $1, $2 …"""
        return self._made(("select", *names, lock), lambda: self._select(names, lock))

    def _select(self, names: Sequence[str], lock: Lock) -> str:
        columns = ", ".join(self._column.values())
        where = self._equalities(names, " AND ") or "true"
        return f"SELECT {columns} FROM {self._name} WHERE {where}{LOCKS[lock]}"  # noqa: S608 (names of ours)

    def bound(self, values: Mapping[str, Any]) -> list[Any]:
        """Values by attribute, as the driver takes them."""
        found = []
        for name, value in values.items():
            process = self._to_driver[name]
            found.append(value if process is None else process(value))
        return found

    def values_of(self, record: Sequence[Any]) -> dict[str, Any]:
        """Attribute → value of a row as it came from the driver."""
        values = dict(zip(self.names, record, strict=True))
        for name, process in self._from_driver:
            values[name] = process(values[name])
        return values

    def instance(self, values: dict[str, Any]) -> Row:
        """A row of the model that holds these values and counts as unchanged."""
        row = self._manager.new_instance()
        row.__dict__.update(values)
        return row

    def key_of(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """The values of the primary key, with the model."""
        return (self.model, *(values[name] for name in self.keys))

    # --- writing

    def insert(self, row: Row) -> tuple[str, list[Any], list[str]]:
        """Statement, values, and the attributes that the database gives and the statement returns."""
        held = row.__dict__
        given = [name for name in self._given_by_database if held.get(name) is None]
        names = [name for name in self.names if name not in given]
        statement = self._made(("insert", *names), lambda: self._insert(names, given))
        return statement, self.bound({name: held.get(name) for name in names}), given

    def _insert(self, names: Sequence[str], given: Sequence[str]) -> str:
        columns, places = ", ".join(self._column[name] for name in names), _places(len(names))
        returning = f" RETURNING {', '.join(self._column[name] for name in given)}" if given else ""
        return f"INSERT INTO {self._name} ({columns}) VALUES ({places}){returning}"  # noqa: S608

    def update(self, row: Row, names: Sequence[str]) -> tuple[str, list[Any]]:
        """Statement and values that write these attributes of the row."""
        statement = self._made(("update", *names), lambda: self._update(names))
        return statement, self.bound({name: row.__dict__[name] for name in (*names, *self.keys)})

    def composed_update(self, row: Row, names: Sequence[str]) -> Any:
        """The same with SQLAlchemy, for values that the database works out; gives the row as it is then."""
        keys = [self._column_of[name] == row.__dict__[name] for name in self.keys]
        values = {self._column_of[name]: row.__dict__[name] for name in names}
        return self.table.update().where(*keys).values(values).returning(*self.columns)

    def _update(self, names: Sequence[str]) -> str:
        keys = self._equalities(self.keys, " AND ", len(names))
        return f"UPDATE {self._name} SET {self._equalities(names, ', ')} WHERE {keys}"  # noqa: S608

    def _equalities(self, names: Sequence[str], between: str, before: int = 0) -> str:
        return between.join(f"{self._column[name]} = ${n}" for n, name in enumerate(names, before + 1))

    def _made(self, key: Any, make: Callable[[], str]) -> str:
        if (statement := self._statements.get(key)) is None:
            statement = self._statements[key] = make()
        return statement


@cache
def shape_of(model: type[Row]) -> Shape[Row]:
    """The model's shape, worked out once."""
    return Shape(model)


def entity_of(query: Any) -> type[SQLModel] | None:
    """The model of a query that selects whole rows of it and nothing else."""
    selected = getattr(query, "_raw_columns", ())
    return _model_of(selected[0]) if len(selected) == 1 else None


def selects_entities(statement: Any) -> bool:
    """Whether whole rows of a model are among what a statement selects."""
    return any(_model_of(one) for one in getattr(statement, "_raw_columns", ()))


def _model_of(selected: Any) -> type[SQLModel] | None:
    """The model behind a table that is selected from as a class. `column_descriptions` tells the same at a tenth of a
    millisecond and more for each look, at every query; this is the mark from which it does."""
    mapper = selected._annotations.get("parententity") if isinstance(selected, Table) else None
    return None if mapper is None else mapper.class_


def is_expression(value: Any) -> bool:
    """Whether the database is to work the value out."""
    return isinstance(value, ClauseElement)


def is_changed(row: SQLModel) -> bool:
    """Whether an attribute was set since the row was read or written."""
    return instance_state(row).modified


def settled(row: SQLModel) -> None:
    """What the row holds now is what the database holds."""
    state = instance_state(row)
    state._commit_all(state.dict)  # what the ORM calls after its own writes; it has no public name


def _oid(type_: Any) -> int | None:
    """PostgreSQL's number of a numeric type, by which the dialect decides about decimals."""
    return FLOAT8 if isinstance(type_, Float) else NUMERIC if isinstance(type_, Numeric) else None


def _numbered(column: Column[Any]) -> bool:
    if column.server_default is not None:
        return True
    return bool(column.primary_key and column.table.autoincrement_column is column)


def _places(count: int) -> str:
    return ", ".join(f"${n}" for n in range(1, count + 1))
