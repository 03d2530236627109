"""One view per entity for people with SQL: every field a column, custom ones too, and numbers as numbers on SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from sqlalchemy import Connection, Engine

from synchub.store.columns import Storage, storage_of
from synchub.store.database import READ_ONLY
from synchub.store.entity_rows import EntityRows
from synchub.store.statements import Statements, quote

_IN_THE_WAY: Final = {"2BP01", "42P16"}
"""dependent_objects_still_exist, invalid_table_definition"""


def view_name(rows: EntityRows) -> str:
    """``partner`` -> ``partner_view``."""
    return f"{rows.table.name}_view"


def refresh_views(engine: Engine, entities: Mapping[str, EntityRows]) -> tuple[str, ...]:
    """Make the views whose definition changed; the names of those that cannot follow, since others' views build on them."""
    wanted = {view_name(rows): _definition(rows) for rows in entities.values()}
    with engine.connect().execution_options(**{READ_ONLY: True}) as connection, connection.begin():
        known = _known(connection)
    changed = {name: text for name, text in wanted.items() if known.get(name) != text}
    if not changed:
        return ()
    with engine.connect() as connection, connection.begin():
        known = _known(connection)  # another process may have been quicker
        return tuple(
            name
            for name, text in sorted(changed.items())
            if known.get(name) != text and not _make(connection, name, text)
        )


def _make(connection: Connection, name: str, text: str) -> bool:
    sql = Statements(connection)
    ways: list[tuple[str, ...]] = [
        (f"DROP VIEW IF EXISTS {quote(name)}", f"CREATE VIEW {quote(name)} AS {text}")
    ]
    if sql.postgres:  # growing at the end leaves what builds on the view in peace
        ways.insert(0, (f"CREATE OR REPLACE VIEW {quote(name)} AS {text}",))
    if not any(_possible(connection, way) for way in ways):
        return False
    sql.run(
        "INSERT INTO view_definition (name, definition) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET definition = excluded.definition",
        name,
        text,
    )
    return True


def _possible(connection: Connection, way: Iterable[str]) -> bool:
    """Do it, unless PostgreSQL says that the view cannot change so or that others depend on it."""
    try:
        with connection.begin_nested():
            for statement in way:
                Statements(connection).run(statement)
    except connection.dialect.loaded_dbapi.Error as error:
        if getattr(error, "sqlstate", None) in _IN_THE_WAY:
            return False
        raise
    return True


def _known(connection: Connection) -> dict[str, str]:
    return {
        row[0]: row[1] for row in connection.exec_driver_sql("SELECT name, definition FROM view_definition")
    }


def _definition(rows: EntityRows) -> str:
    columns = ", ".join(_columns(rows))
    return f"SELECT {columns} FROM {rows.name}"


def _columns(rows: EntityRows) -> Iterator[str]:
    yield from ("id", "rev", "state", "merged_into", "created_at", "updated_at")
    for _, field in rows.typed:
        if field.storage in {Storage.NUMBER, Storage.MONEY}:
            yield f"CAST({quote(field.name)} AS NUMERIC) AS {quote(field.name)}"
            yield from (quote(name) for name in field.columns[1:])
        else:
            yield quote(field.name)
    for index, name in rows.custom:
        yield from _custom(name, storage_of(rows.model.fields[index].kind))


def _custom(name: str, storage: Storage) -> Iterator[str]:
    value = "(custom ->> '" + name.replace("'", "''") + "')"
    alias = quote(name.replace('"', '""'))
    if storage is Storage.NUMBER:
        yield f"CAST({value} AS NUMERIC) AS {alias}"
    else:
        yield f"{value} AS {alias}"
