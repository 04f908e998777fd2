"""The Lambda Runtime API of one execution environment, served on a port of its own.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
The function's process asks for the next invocation and posts its response, an error, or why it could not start.
"""

import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

PREFIX = ["2018-06-01", "runtime"]


class Environment(Protocol):
    """What the API tells about its function; called from the server's threads."""

    def on_ready(self) -> None: ...
    def on_init_error(self, body: bytes) -> None: ...
    def on_result(self, request_id: str, body: bytes, is_error: bool) -> None: ...


class RuntimeApi:
    """Hands out invocations in order. `None` in the queue means: no more, the process may exit."""

    def __init__(self, environment: Environment):
        self.environment = environment
        self.invocations: queue.SimpleQueue[dict | None] = queue.SimpleQueue()
        api = self

        class Handler(_Handler):
            runtime_api = api

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True, name="lambda-runtime-api").start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server.server_port}"

    def renew(self) -> None:
        """Starts over for a new process: what the old one did not fetch is dropped, and its open request ended.

        Without it a request of a dead process would still be waiting here, and swallow the next invocation.
        """
        old, self.invocations = self.invocations, queue.SimpleQueue()
        old.put(None)

    def close(self) -> None:
        self.invocations.put(None)
        # Not waited for: a server looks for its shutdown only twice a second.
        threading.Thread(target=self._shut_down, daemon=True).start()

    def _shut_down(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    runtime_api: RuntimeApi
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one packet a response

    def do_GET(self):
        if self.path.strip("/").split("/") != [*PREFIX, "invocation", "next"]:
            return self._answer(404)
        self.runtime_api.environment.on_ready()
        invocation = self.runtime_api.invocations.get()
        if invocation is None:
            return self._answer(410)
        self._answer(200, invocation["body"], invocation["headers"])

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        match self.path.strip("/").split("/")[len(PREFIX) :]:
            case ["init", "error"]:
                self.runtime_api.environment.on_init_error(body)
            case ["invocation", request_id, ("response" | "error") as outcome]:
                self.runtime_api.environment.on_result(request_id, body, outcome == "error")
            case _:
                return self._answer(404)
        self._answer(202)

    def _answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass
