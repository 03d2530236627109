"""A sandbox's door: real HTTP on a free loopback port, served by uvicorn in a thread."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

from synchub.sdk.sandbox_wire import Aftermath, SandboxReply, SandboxRequest

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

Serve = Callable[[SandboxRequest], tuple[SandboxReply, Aftermath]]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
START_S = 20.0


class _Protocol(H11Protocol):
    """Remembers its connections, so that a sandbox can cut one."""

    open: ClassVar[dict[tuple[int, int], asyncio.Transport]] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.where = (transport.get_extra_info("sockname")[1], transport.get_extra_info("peername")[1])
        self.open[self.where] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self.open.pop(self.where, None)
        super().connection_lost(exc)


class _Cut(Response):
    """No answer at all: the connection breaks."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - the signature of ASGI
        transport = _Protocol.open.get((scope["server"][1], scope["client"][1]))
        if transport is not None:
            transport.abort()
            await receive()  # until the loop has noticed, so that nobody answers after all


class _Server(Server):
    """Stops at once: uvicorn looks at the clock ten times a second, and is polite to connections for as long again."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._over = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        if not self.should_exit:
            await self._over.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for one in sockets or []:
            one.close()
        for connection in list(self.server_state.connections):
            transport = getattr(connection, "transport", None)
            if transport is not None:
                transport.abort()
        for task in list(self.server_state.tasks):
            task.cancel()
        await asyncio.sleep(0)

    def stop(self) -> None:
        self.should_exit = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._over.set)


class SandboxServer:
    """Serves until stopped; `address` is known after `start`."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self.address = ""

    def start(self, port: int = 0) -> None:
        # asyncio switches Nagle's algorithm off only where the protocol is named; without that each answer waits 40 ms.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        self.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app = Starlette(routes=[Route("/{path:path}", _endpoint(self._serve), methods=METHODS)])
        config = Config(
            app,
            http=_Protocol,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            date_header=False,  # the sandbox's own clock tells the time
        )
        self._server = _Server(config)
        self._thread = threading.Thread(
            target=self._server.run,
            kwargs={"sockets": [listener]},
            name=f"sandbox {self.address}",
            daemon=True,
        )
        self._thread.start()
        deadline = time.monotonic() + START_S
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError(f"the sandbox at {self.address} did not start")
            time.sleep(0.002)

    def stop(self) -> None:
        if self._server is None or self._thread is None:
            return
        self._server.stop()
        self._thread.join()
        self._server = self._thread = None


def _endpoint(serve: Serve) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        raw_query = request.scope["query_string"].decode("latin-1")
        asked = SandboxRequest(
            method=request.method,
            path=request.scope["path"],
            raw_path=request.scope["raw_path"].decode("latin-1").split("?")[0],
            raw_query=raw_query,
            headers=request.headers,
            body=await request.body(),
        )
        reply, aftermath = await run_in_threadpool(serve, asked)
        await asyncio.sleep(aftermath.hang_s)
        if aftermath.drop:
            return _Cut()
        response = Response(reply.payload(), status_code=reply.status, headers=dict(reply.headers))
        if "content-type" not in response.headers:
            response.headers["Content-Type"] = "application/json;charset=UTF-8"
        return response

    return endpoint
