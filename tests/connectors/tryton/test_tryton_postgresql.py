"""Tryton on PostgreSQL, where a transaction is stamped when it begins and seen when it ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.connectors.tryton.tryton_people import RefusedError
from tests.connectors.tryton.tryton_server import TrytonServer
from tests.connectors.tryton.tryton_stage import TrytonStage, party
from tests.throwaway_postgres import PostgresServer

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.xdist_group("tryton-postgresql"),
    pytest.mark.timeout(900),
]


@pytest.fixture
def stage(tryton_postgresql: TrytonServer, tmp_path: Path) -> Iterator[TrytonStage]:
    one = TrytonStage.build(tmp_path, tryton_postgresql, tryton_postgresql.databases[0])
    one.sheet.write([])
    yield one
    one.close()


@contextmanager
def held_open(postgres: PostgresServer, database: str, statement: str) -> Iterator[None]:
    """Somebody holds a row, so that whoever writes it waits in the middle of a transaction."""
    with psycopg.connect(host=str(postgres.folder), user="postgres", dbname=database) as holder:
        holder.execute(statement.encode())
        yield
        holder.rollback()


def test_a_long_transaction_that_ends_after_a_later_stamped_short_one_loses_nothing(
    stage: TrytonStage, postgres_server: PostgresServer
) -> None:
    people = stage.people
    people.create("party.party", party(1), party(2))
    stage.sync()
    late, early = stage.party("KH0001"), stage.party("KH0002")
    lock = f"SELECT id FROM party_party WHERE id = {late} FOR UPDATE"
    with held_open(postgres_server, stage.database, lock):
        other = stage.server.another(stage.database)
        long = threading.Thread(target=lambda: other.write("party.party", late, name="缓慢提交的名称"))
        long.start()
        waiting(postgres_server, stage.database)
        people.write("party.party", early, name="随后的名称")
        stage.sync()
        rows = stage.sheet.rows()
        assert rows["KH0002"]["名称"] == "随后的名称"
        assert rows["KH0001"]["名称"] == "渠道伙伴 1 有限公司", "not committed yet, so nobody can see it"
    long.join(60)
    stamps = {
        one["code"]: one["write_date"] for one in people.rows("party.party", [], ["code", "write_date"])
    }
    assert stamps["KH0001"] < stamps["KH0002"]
    stage.sync()
    assert stage.sheet.rows()["KH0001"]["名称"] == "缓慢提交的名称"
    found = stage.hub.verify()
    assert (found.clean, found.differences) == (True, [])


def test_partners_travel_both_ways_with_microseconds_and_foreign_keys(stage: TrytonStage) -> None:
    people = stage.people
    people.create("party.party", *(party(number) for number in range(101, 131)))
    stage.sync()
    stage.sheet.edit(
        {
            "KH0101": {"城市": "宁波", "税号": "91350211M000100Y46"},
            "": {"名称": "新来科技", "电话": "138-0000-9999", "是否合作": "是"},
        }
    )
    people.write("party.party", stage.party("KH0102"), name="改了名的渠道")
    report = stage.sync()
    assert report.failures == {}
    parties, rows = stage.parties(), stage.sheet.rows()
    assert parties["KH0101"]["addresses."][0]["city"] == "宁波"
    assert parties["P00001"]["phone"] == "+86 138 0000 9999"
    assert rows["KH0102"]["名称"] == "改了名的渠道"
    assert parties.keys() - {"COMPANY"} == rows.keys()  # the company is a party and no partner
    found = stage.hub.verify()
    assert (found.clean, found.differences) == (True, [])
    with pytest.raises(RefusedError, match="exist"):
        people.create("party.address", {"party": 99_999})


def waiting(postgres: PostgresServer, database: str) -> None:
    """Until some statement waits for a lock."""
    question = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
    with psycopg.connect(
        host=str(postgres.folder), user="postgres", dbname="postgres", autocommit=True
    ) as one:
        for _ in range(600):
            row = one.execute(question, (database,)).fetchone()
            if row and row[0]:
                return
            one.execute("SELECT pg_sleep(0.05)")
    raise AssertionError("nobody waits")
