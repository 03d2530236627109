"""The history of the structure: it builds exactly the tables of the code, and old files come along."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import warnings
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect

from synchub.errors import StoreError
from synchub.store import Store, schema_version, tables, upgrade_database
from synchub.store.standard import STANDARD, table_name
from tests.synchub.store.makes import Makes, StillClock

OLD = Path(__file__).parent / "fixtures" / "hub-0001.sqlite"


def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", "synchub.store:migrations")
    return ScriptDirectory.from_config(config)


def differences(store: Store) -> list[object]:
    with store._engine.connect() as connection, warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*expression-based index")  # those are compared below
        # of indexes Alembic compares neither conditions nor expressions, and primary keys not at all
        options = {"compare_type": True, "compare_server_default": True, "include_object": not_an_index}
        context = MigrationContext.configure(connection, opts=options)
        found: list[object] = list(compare_metadata(context, tables.metadata))
        return [*found, *sorted(indexes_there(connection) ^ indexes_meant(connection))]


def not_an_index(_object: object, _name: str | None, kind: str, *_: object) -> bool:
    return kind != "index"


def indexes_meant(connection: Connection) -> set[tuple[str, str]]:
    """Those of tables that are made from the code, and gone again."""
    if connection.dialect.name == "sqlite":
        with create_engine("sqlite://").connect() as aside:
            tables.metadata.create_all(aside)
            return indexes_there(aside)
    connection.exec_driver_sql("CREATE SCHEMA meant")
    tables.metadata.create_all(connection.execution_options(schema_translate_map={None: "meant"}))
    found = indexes_there(connection, "meant")
    connection.rollback()
    return found


def indexes_there(connection: Connection, schema: str = "public") -> set[tuple[str, str]]:
    """Indexes and primary keys, as the database tells them."""
    if connection.dialect.name == "postgresql":
        rows = connection.exec_driver_sql(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = %s", (schema,)
        )
        return {
            (name, told.replace(f"{schema}.", "")) for name, told in rows if name != "alembic_version_pkc"
        }
    rows = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    )
    keys = {
        (table.name, ", ".join(inspect(connection).get_pk_constraint(table.name)["constrained_columns"]))
        for table in tables.metadata.sorted_tables
    }
    return keys | {(name, told.replace('"', "")) for name, told in rows}


def test_migrations_build_exactly_the_tables_of_the_code(store: Store) -> None:
    assert differences(store) == []


def test_revisions_known_without_alembic_are_those_on_disk() -> None:
    known = [script.revision for script in scripts().walk_revisions()]
    assert scripts().get_current_head() == schema_version.HEAD
    assert tuple(sorted(known)) == schema_version.REVISIONS


def test_every_standard_field_has_its_column() -> None:
    for entity, fields in STANDARD.items():
        assert tables.ENTITIES[entity].name == table_name(entity)
        assert set(fields) <= set(tables.ENTITIES[entity].columns.keys())
    assert table_name("PriceLevel") == "price_level"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return Path(shutil.copy(OLD, tmp_path / "hub.sqlite"))


def test_an_older_file_is_upgraded_with_all_it_holds(old: Path, make: Makes, clock: StillClock) -> None:
    with Store.open(old, make.entities, clock) as store:
        assert differences(store) == []
        with store.begin() as tx:
            partner = tx.golden("Partner", ["p1"])["p1"]
            shown = dict(
                zip([field.name for field in make.entities["Partner"].fields], partner.values, strict=True)
            )
            assert (shown["name"], shown["credit_limit"], shown["tags"]) == (
                "联宏科技",
                "500000.00 CNY",
                ["甲", "乙"],
            )
            assert tx.links_of("Partner", ["p1"])["p1"] == [make.link("l1", "p1")]
            assert tx.translate("crm", "Partner", ["x-p1"]) == {"x-p1": "p1"}
            assert [conflict.id for conflict in tx.conflicts()] == ["c1"]
            assert [row.entity_id for row in tx.run_ledger("r1")] == ["p1"]
            tx.open_conflicts(tx.conflicts())


def test_an_older_file_takes_what_newer_entities_hold(old: Path, make: Makes, clock: StillClock) -> None:
    with Store.open(old, make.entities, clock) as store, store.begin() as tx:
        partner = tx.golden("Partner", ["p1"])["p1"]
        parent = make.entities["Partner"].position["parent"]
        assert partner.values[parent] is None
        partner.values[parent], partner.rev = "p0", partner.rev + 1
        tx.update_golden("Partner", [partner], {"p1": partner.rev - 1})
        tx.insert_golden("Order", [make.golden("o1", entity="Order", code="DD-1", partner="p1")])
        line = make.golden("l1", entity="OrderLine", order="o1", quantity="1.5", price="9.90 CNY")
        tx.insert_golden("OrderLine", [line])
        assert tx.golden("Partner", ["p1"])["p1"].values[parent] == "p0"
        assert tx.golden("OrderLine", ["l1"])["l1"].values == line.values


def test_every_entity_keeps_its_records(store: Store, make: Makes) -> None:
    """Also those whose table or columns are words of SQL, as `order`."""
    with store.begin() as tx:
        for entity, model in make.entities.items():
            records = [make.golden(f"{entity}{number}", entity=entity) for number in range(25)]
            texts = [at for at, spec in enumerate(model.fields) if spec.kind.name in {"text", "ref"}]
            for record in records:
                for at in texts:
                    record.values[at] = f"{record.id}-{at}"
            tx.insert_golden(entity, records)
            kept = tx.golden(entity, [record.id for record in records])
            assert {id: one.values for id, one in kept.items()} == {one.id: one.values for one in records}
            assert tx.count(entity) == 25


def test_a_copy_is_made_before_the_upgrade(old: Path, make: Makes, clock: StillClock) -> None:
    Store.open(old, make.entities, clock).close()
    Store.open(old, make.entities, clock).close()
    (copy,) = old.parent.glob("*.backup")
    assert copy.name == "hub.sqlite.0001-20260801T040000.backup"
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
        assert connection.execute("SELECT name FROM partner").fetchone() == ("联宏科技",)


def test_without_room_for_the_copy_nothing_is_upgraded(old: Path, make: Makes, clock: StillClock) -> None:
    (old.parent / "hub.sqlite.0001-20260801T040000.backup").mkdir()
    with pytest.raises(StoreError) as refused:
        Store.open(old, make.entities, clock)
    assert refused.value.code == "S104"
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)


def test_an_upgrade_that_fails_leaves_the_file_at_its_revision(
    old: Path, make: Makes, clock: StillClock
) -> None:
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("CREATE INDEX ix_link_system ON link (id)")  # in the way of revision 0002
    with pytest.raises(StoreError) as failed:
        Store.open(old, make.entities, clock)
    assert failed.value.code == "S119"
    with closing(sqlite3.connect(old)) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(conflict)")]
        assert "openings" not in columns
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)


def test_a_newer_database_is_not_touched(old: Path, make: Makes, clock: StillClock) -> None:
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(StoreError) as newer:
        Store.open(old, make.entities, clock)
    assert (newer.value.code, newer.value.params["found"]) == ("S102", "9999")
    assert list(old.parent.glob("*.backup")) == []


def test_two_that_open_a_new_file_at_once_both_succeed(
    tmp_path: Path, make: Makes, clock: StillClock
) -> None:
    place = tmp_path / "hub.sqlite"
    failures: list[BaseException] = []

    def opening() -> None:
        try:
            Store.open(place, make.entities, clock).close()
        except BaseException as error:  # noqa: BLE001 - shown by the assert
            failures.append(error)

    threads = [threading.Thread(target=opening) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.postgres
def test_postgresql_is_set_up_by_command_only(
    empty_postgres_url: str, make: Makes, clock: StillClock
) -> None:
    with pytest.raises(StoreError) as refused:
        Store.open(empty_postgres_url, make.entities, clock)
    assert refused.value.code == "S103"
    assert "synchub db upgrade" in refused.value.fix
    assert upgrade_database(empty_postgres_url) == (None, schema_version.HEAD)
    assert upgrade_database(empty_postgres_url) == (schema_version.HEAD, schema_version.HEAD)
    with Store.open(empty_postgres_url, make.entities, clock) as store:
        assert differences(store) == []


@pytest.mark.postgres
def test_postgresql_is_upgraded_from_any_revision(
    empty_postgres_url: str, make: Makes, clock: StillClock
) -> None:
    engine = create_engine(empty_postgres_url)
    with engine.connect() as connection, connection.begin():
        schema_version._upgrade(connection, "0001")
        connection.exec_driver_sql(
            "INSERT INTO conflict VALUES ('c1','field','r1','2026-08-01','Partner','p1','m','s','x','','name','E1','{}')"
        )
    engine.dispose()
    with pytest.raises(StoreError) as refused:
        Store.open(empty_postgres_url, make.entities, clock)
    assert refused.value.params == {"found": "0001", "needed": schema_version.HEAD}
    assert upgrade_database(empty_postgres_url) == ("0001", schema_version.HEAD)
    with Store.open(empty_postgres_url, make.entities, clock) as store, store.read() as tx:
        assert [conflict.id for conflict in tx.conflicts()] == ["c1"]


@pytest.mark.postgres
def test_upgrades_of_postgresql_wait_for_each_other(empty_postgres_url: str) -> None:
    results: list[tuple[str | None, str]] = []
    threads = [
        threading.Thread(target=lambda: results.append(upgrade_database(empty_postgres_url)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    head = schema_version.HEAD
    assert sorted(results, key=str) == sorted([(None, head), (head, head), (head, head)], key=str)
