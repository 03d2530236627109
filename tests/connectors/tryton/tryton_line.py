"""The line between the connector and a real server: passes everything on, and fails when told to."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import urlsplit

HOP: Final = {"connection", "transfer-encoding", "content-length"}


class Line:
    """A reverse proxy on a port of its own. `methods` are those that were passed on."""

    def __init__(self, server: str) -> None:
        self._upstream: Final = urlsplit(server).netloc
        self.methods: list[str] = []
        self.retry_after: list[int] = []
        """For each coming call: refuse it with 429 and so many seconds."""
        self.lost: Callable[[str], bool] | None = None
        """The next call whose method it likes is carried out, and its answer never arrives."""
        handler = type("Handler", (_Handler,), {"line": self})
        self._http: ThreadingHTTPServer | None = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._http.daemon_threads = True
        self.address: Final = f"http://127.0.0.1:{self._http.server_address[1]}"
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def pass_on(self, path: str, headers: dict[str, str], body: bytes) -> http.client.HTTPResponse:
        line = http.client.HTTPConnection(self._upstream, timeout=120)
        line.request("POST", path, body, headers)
        return line.getresponse()

    def stop(self) -> None:
        if self._http is not None:
            self._http.shutdown()
            self._http.server_close()
            self._http = None


class _Handler(BaseHTTPRequestHandler):
    line: Line

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.line.retry_after:
            self.send_response(429)
            self.send_header("Retry-After", str(self.line.retry_after.pop(0)))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        method = str(json.loads(body)["method"])
        headers = {key: told for key, told in self.headers.items() if key.lower() not in HOP}
        answer = self.line.pass_on(self.path, headers, body)
        content = answer.read()
        self.line.methods.append(method)
        if self.line.lost is not None and self.line.lost(method):
            self.line.lost = None
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        for key, told in answer.getheaders():
            if key.lower() not in HOP:
                self.send_header(key, told)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Nothing."""
