"""Why there is no connection to PostgreSQL, in words with a way out and without a secret: each on a real server."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from synchub import messages
from synchub.errors import StoreError
from synchub.store import Store, upgrade_database
from tests.certificates import certificate
from tests.conftest import running_postgres
from tests.synchub.store.makes import Makes, StillClock
from tests.throwaway_postgres import PostgresServer

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("postgres-connections")]

SECRET = "geheim-4711"
RULES = """
local   all  postgres                trust
hostssl all  only_ssl  127.0.0.1/32  scram-sha-256
host    all  hub       127.0.0.1/32  scram-sha-256
host    all  one       127.0.0.1/32  scram-sha-256
host    all  reader    127.0.0.1/32  scram-sha-256
"""
USERS = ("hub", "only_ssl", "reader", "one", "nowhere")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture(scope="module")
def strict() -> Iterator[PostgresServer]:
    """A server with passwords and few connections. It is built without encryption, and has a rule that asks for it."""
    more = ("superuser_reserved_connections=1", "max_connections=6", "max_wal_senders=0")
    with running_postgres(*more, port=free_port(), rules=RULES) as server:
        for user in USERS:
            server.run(f"CREATE USER {user} PASSWORD '{SECRET}'")
        server.run("ALTER USER one CONNECTION LIMIT 1")
        server.run("CREATE DATABASE hub OWNER hub")
        server.run("GRANT CONNECT ON DATABASE hub TO reader, one")
        yield server


def url(
    server: PostgresServer, user: str = "hub", password: str = SECRET, database: str = "hub", more: str = ""
) -> str:
    return f"postgresql://{user}:{password}@127.0.0.1:{server.port}/{database}{more}"


def refusal(action: Callable[[], object], code: str) -> None:
    """The error, which names the place and the way out in both languages, and no secret, not even in what it stems from."""
    with pytest.raises(StoreError) as refused:
        action()
    error = refused.value
    assert error.code == code, f"{error.code} {error} <- {error.__cause__}"
    for language in ("en", "zh"):
        said = messages.text(error.code, error.params, language) + messages.fix(
            error.code, error.params, language
        )
        assert "127.0.0.1" in said
        assert messages.fix(error.code, error.params, language)
        assert SECRET not in said
    cause: BaseException | None = error
    while cause is not None:
        assert SECRET not in f"{cause}{cause!r}"
        cause = cause.__cause__


def opening(place: str) -> Callable[[], object]:
    return lambda: Store.open(place, Makes().entities, StillClock())


def test_a_wrong_password(strict: PostgresServer) -> None:
    refusal(opening(url(strict, password="wrong")), "S130")
    refusal(opening(f"postgresql://hub@127.0.0.1:{strict.port}/hub"), "S130")


def test_a_user_whom_no_rule_admits(strict: PostgresServer) -> None:
    refusal(opening(url(strict, user="nowhere")), "S134")


def test_an_unknown_database(strict: PostgresServer) -> None:
    refusal(opening(url(strict, database="nothing")), "S131")


def test_a_server_that_is_down_or_unknown() -> None:
    refusal(opening(f"postgresql://hub:{SECRET}@127.0.0.1:{free_port()}/hub"), "S132")
    refusal(opening(f"postgresql://hub:{SECRET}@/hub?host=/nowhere/127.0.0.1&password={SECRET}"), "S132")


def test_a_server_that_asks_for_encryption(strict: PostgresServer) -> None:
    refusal(opening(url(strict, user="only_ssl")), "S134")


def test_a_server_without_encryption(strict: PostgresServer) -> None:
    refusal(opening(url(strict, more="?sslmode=require")), "S134")


def test_a_server_whose_certificate_nobody_vouches_for(tmp_path: Path) -> None:
    """The server here is built without TLS: a socket that answers the first two messages as PostgreSQL does stands in for it."""
    file = tmp_path / "both.pem"
    file.write_bytes(b"".join(certificate()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(8)  # SSLRequest
                connection.sendall(b"S")
                with suppress(OSError), context.wrap_socket(connection, server_side=True):
                    pass

        thread = threading.Thread(target=greet)
        thread.start()
        port = listening.getsockname()[1]
        place = f"postgresql://hub:{SECRET}@127.0.0.1:{port}/hub?sslmode=verify-full&sslrootcert=system"
        refusal(opening(place), "S134")
        thread.join()


def test_no_permission_to_create_tables(strict: PostgresServer) -> None:
    refusal(lambda: upgrade_database(url(strict, user="reader")), "S133")


def test_a_connection_that_is_cut_in_the_middle(strict: PostgresServer) -> None:
    """What the server said as its last word is told, and the store works on over a new connection."""
    strict.run("CREATE DATABASE cut OWNER hub")
    place = url(strict, database="cut")
    upgrade_database(place)
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'hub'"
    with Store.open(place, Makes().entities, StillClock()) as store:

        def cut_off() -> None:
            with store.begin() as tx:
                tx.set_fact("half", done := True)
                strict.run(cut)
                tx.set_fact("whole", done)

        with pytest.raises(StoreError, match="terminating connection"):
            cut_off()
        with store.read() as tx:
            assert (tx.fact("half"), tx.fact("whole")) == (None, None)
        refusal(cut_off, "S115")


def test_too_many_connections(strict: PostgresServer) -> None:
    with psycopg.connect(url(strict, user="one")):
        refusal(opening(url(strict, user="one")), "S135")
    held: list[psycopg.Connection] = []
    try:
        while len(held) < 6:
            held.append(psycopg.connect(url(strict)))
    except psycopg.OperationalError:
        refusal(opening(url(strict)), "S135")
    finally:
        for one in held:
            one.close()
    assert len(held) < 6


def test_with_the_right_password_it_works(strict: PostgresServer) -> None:
    assert upgrade_database(url(strict))[0] is None
    Store.open(url(strict), Makes().entities, StillClock()).close()


def test_a_character_that_the_database_cannot_keep_is_no_lost_connection(postgres_url: str) -> None:
    make = Makes()
    with (
        Store.open(postgres_url, make.entities, StillClock()) as store,
        pytest.raises(StoreError) as refused,
        store.begin() as tx,
    ):
        tx.insert_links([make.link("l1", "p1", "x\0y")])
    assert refused.value.code == "S119"
    assert "x" not in str(refused.value.params["detail"])
