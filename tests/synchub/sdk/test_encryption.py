"""What is said to a system is encrypted to somebody who is who they say: always verified, with the company's own certificates if need be."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from synchub import messages
from synchub.errors import AuthError, ConfigError, ConnectorError, UnavailableError
from synchub.hub.config import load_hub
from synchub.paths import HubPaths
from synchub.sdk import HttpSession, Patience
from tests.certificates import certificate
from tests.synchub.sdk.sdk_toys import TurnedClock, context


class Hello(BaseHTTPRequestHandler):
    """Answers every GET and counts it."""

    asked = 0

    def do_GET(self) -> None:
        Hello.asked += 1
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def certificate_file(tmp_path: Path) -> Path:
    crt, key = certificate()
    (tmp_path / "crt.pem").write_bytes(crt)
    (tmp_path / "both.pem").write_bytes(crt + key)
    return tmp_path / "crt.pem"


@pytest.fixture
def address(certificate_file: Path) -> Iterator[str]:
    """A server on this machine with a certificate of its own making."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate_file.with_name("both.pem"))
    with HTTPServer(("127.0.0.1", 0), Hello) as server:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        Hello.asked = 0
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"https://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _no_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)


def ask(folder: Path, address: str, ca_file: Path | None = None) -> int:
    clock = TurnedClock()
    session = HttpSession(
        replace(context(folder, clock), ca_file=ca_file), base_url=address, patience=Patience(attempts=2)
    )
    try:
        return session.read("GET", "/", params={"token": "geheim"}).status
    finally:
        session.close()


def explained(error: ConnectorError, *names: str) -> None:
    for language in ("en", "zh"):
        fix = messages.fix(error.code, error.params, language)
        assert all(name in fix for name in names), fix
        assert "geheim" not in messages.text(error.code, error.params, language) + fix


def test_a_certificate_nobody_vouches_for_is_refused_with_the_way_out(tmp_path: Path, address: str) -> None:
    with pytest.raises(UnavailableError) as refused:
        ask(tmp_path, address)
    assert refused.value.code == "C115"
    explained(refused.value, "REQUESTS_CA_BUNDLE", "toy")
    assert Hello.asked == 0


def test_it_is_accepted_with_the_certificate_in_ca_file(
    tmp_path: Path, address: str, certificate_file: Path
) -> None:
    assert ask(tmp_path, address, certificate_file) == 200


def test_it_is_accepted_with_the_certificate_in_the_environment(
    tmp_path: Path, address: str, certificate_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate_file))
    assert ask(tmp_path, address) == 200


@pytest.mark.parametrize(
    "address", ["http://192.0.2.1", "http://erp.example.com:8000", "ftp://127.0.0.1", "//127.0.0.1"]
)
def test_nothing_is_sent_in_the_clear_but_to_this_machine(tmp_path: Path, address: str) -> None:
    with pytest.raises(AuthError) as refused:
        ask(tmp_path, address)
    assert refused.value.code == "C131"
    explained(refused.value, "https://")


HUB = """
hub: Test
systems:
  one: {{connector: salesforce, sandbox: yes, ca_file: {file}}}
"""


def test_hub_yaml_names_the_certificates_of_a_system(tmp_path: Path, certificate_file: Path) -> None:
    (tmp_path / "hub.yaml").write_text(HUB.format(file="crt.pem"), "utf-8")
    assert load_hub(HubPaths(tmp_path)).systems["one"].ca_file == certificate_file


@pytest.mark.parametrize("file", ["nowhere.pem", "hub.yaml"])
def test_a_file_without_certificates_is_found_by_check(tmp_path: Path, file: str) -> None:
    (tmp_path / "hub.yaml").write_text(HUB.format(file=file), "utf-8")
    with pytest.raises(ConfigError) as refused:
        load_hub(HubPaths(tmp_path))
    assert [(one.code, one.position.line if one.position else 0) for one in refused.value.problems] == [
        ("H314", 4)
    ]
