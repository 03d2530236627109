"""A Salesforce that costs its caller nothing: records encoded once, joined into pages; in a process of its own.

It speaks as much of the API as a sync asks for: a token, the describe, queries by id or by modification time, updates in collections. `/bench/…`
moves its world: edits, and the counts of what was called.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.benchmarks.bench_partners import OLD, Row, changed, partner, partners

PAGE = 2000
_AFTER = re.compile(r"Id > '(\w+)'")
_SINCE = re.compile(r"SystemModstamp >= (\S+)")
_AMONG = re.compile(r"Id IN \(([^)]*)\)")
_READABLE_ONLY = frozenset({"Id", "SystemModstamp", "IsDeleted", "CreatedDate", "LastModifiedDate"})
_TYPES: Mapping[str, str] = {
    "Credit_Limit__c": "currency",
    "NumberOfEmployees": "int",
    "Contract_Date__c": "date",
    "Expiry_Date__c": "date",
    "IsDeleted": "boolean",
    "SystemModstamp": "datetime",
}


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000+0000")


class Org:
    """The records, and what was called."""

    def __init__(self, count: int) -> None:
        self.rows: dict[str, Row] = {str(row["Id"]): row for row in partners(count)}
        self.ids = sorted(self.rows)
        self.texts = {key: _encode(row) for key, row in self.rows.items()}
        self.touched: dict[str, str] = {}
        """Ids of records that are not as they were at first, with their stamps."""
        self.calls: Counter[str] = Counter()
        self.turn = 0

    def reset(self) -> None:
        for key in self.touched:
            self.put(partner(int(key[3:15])))
        self.touched.clear()
        self.calls.clear()

    def put(self, row: Row) -> None:
        key = str(row["Id"])
        self.rows[key], self.texts[key] = row, _encode(row)
        self.touched[key] = str(row["SystemModstamp"])

    def edit(self, count: int) -> None:
        """People change so many records, spread over all of them."""
        self.turn += 1
        stamp = _stamp(datetime.now(UTC))
        step = max(1, len(self.ids) // count)
        for key in self.ids[::step][:count]:
            self.put(changed(self.rows[key], self.turn, stamp))

    def query(self, soql: str) -> bytes:
        if since := _SINCE.search(soql):
            self.calls["since"] += 1
            moment = since[1].replace("Z", ".000+0000")
            keys: Sequence[str] = sorted(key for key, stamp in self.touched.items() if stamp >= moment)
            if moment <= OLD:
                keys = self.ids
        elif among := _AMONG.search(soql):
            self.calls["fetch"] += 1
            keys = [key for one in among[1].split(",") if (key := one.strip(" '")) in self.rows]
        else:
            self.calls["list"] += 1
            after = _AFTER.search(soql)
            start = int(after[1][3:15]) if after else 0
            keys = self.ids[start : start + PAGE]
        body = b",".join(map(self.texts.__getitem__, keys))
        return b'{"totalSize":%d,"done":true,"records":[%b]}' % (len(keys), body)

    def update(self, rows: Sequence[Row]) -> bytes:
        self.calls["write"] += 1
        stamp = _stamp(datetime.now(UTC))
        for one in rows:
            given = {name: value for name, value in one.items() if name != "attributes"}
            self.put({**self.rows[str(one["Id"])], **given, "SystemModstamp": stamp})
        return _encode([{"id": one["Id"], "success": True, "errors": []} for one in rows])

    def describe(self) -> bytes:
        self.calls["describe"] += 1
        fields = [
            {
                "name": name,
                "label": name,
                "type": "address" if isinstance(value, dict) else _TYPES.get(name, "string"),
                "nillable": name != "Name",
                "createable": name not in _READABLE_ONLY,
                "updateable": name not in _READABLE_ONLY,
            }
            for name, value in partner(1).items()
            if name != "attributes"
        ]
        about = {"name": "Account", "label": "Account", "createable": True, "updateable": True}
        return _encode({**about, "fields": fields})


def _encode(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    org: Org

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/bench/calls":
            self._answer(_encode(self.org.calls))
        elif parts.path.endswith("/describe"):
            self._answer(self.org.describe())
        else:
            self._answer(self.org.query(parse_qs(parts.query)["q"][0]))

    def do_POST(self) -> None:
        body = self._body()
        action = self.path.removeprefix("/bench/")
        if action == "reset":
            self.org.reset()
        elif action == "edit":
            self.org.edit(int(body))
        else:
            self.org.calls["token"] += 1
        self._answer(_encode({"access_token": "bench", "instance_url": "https://bench.invalid"}))

    def do_PATCH(self) -> None:
        self._answer(self.org.update(json.loads(self._body())["records"]))

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"] or 0))

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nobody reads it."""


class Line:
    """The other end of `/bench/…`."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def _ask(self, path: str, body: bytes | None = None) -> Any:
        with self._opener.open(urllib.request.Request(self.address + path, body)) as reply:
            return json.loads(reply.read())

    def reset(self) -> None:
        """Everything as it was at first."""
        self._ask("/bench/reset", b"0")

    def edit(self, count: int) -> None:
        """People change so many records."""
        self._ask("/bench/edit", str(count).encode())

    def calls(self) -> Counter[str]:
        """What was called so far, by kind."""
        return Counter(self._ask("/bench/calls"))


@contextmanager
def serving(count: int) -> Iterator[Line]:
    """An org with so many records, in a process of its own, until the end of the block."""
    command = [sys.executable, "-m", __name__, str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Line(process.stdout.readline().strip())
        finally:
            process.terminate()


def main() -> None:
    _Handler.org = Org(int(sys.argv[1]))
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
