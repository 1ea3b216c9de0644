"""Guestbook front end: entries live in a Redis list, written to the leader and read from the followers."""
import html
import json
import os
import socket
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LEADER = os.environ.get("STORE_LEADER", "guestbook-leader")
FOLLOWERS = os.environ.get("STORE_FOLLOWERS", "guestbook-follower")
PORT = int(os.environ.get("STORE_PORT", "6379"))
PASSWORD = os.environ.get("STORE_PASSWORD", "")
TITLE = os.environ.get("TITLE", "Guestbook")
VERSION = os.environ.get("GUESTBOOK_VERSION", "1")
KEY = "entries"


class Store:
    """One short-lived connection speaking RESP (https://redis.io/docs/latest/develop/reference/protocol-spec/)."""

    def __init__(self, host):
        self._socket = socket.create_connection((host, PORT), timeout=5)
        self._reader = self._socket.makefile("rb")
        if PASSWORD:
            self.call("AUTH", PASSWORD)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()

    def call(self, *words):
        parts = [f"*{len(words)}\r\n".encode()]
        for word in words:
            data = str(word).encode()
            parts.append(f"${len(data)}\r\n".encode() + data + b"\r\n")
        self._socket.sendall(b"".join(parts))
        return self._answer()

    def _answer(self):
        line = self._reader.readline()
        if not line:
            raise ConnectionError("the store closed the connection")
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise ValueError(rest.decode())
        if kind == b"$":
            size = int(rest)
            return None if size < 0 else self._reader.read(size + 2)[:-2].decode()
        if kind == b"*":
            return [self._answer() for _ in range(int(rest))]
        return int(rest) if kind == b":" else rest.decode()


class Guestbook(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = urllib.parse.urlparse(self.path).path
        if path == "/healthz":
            return self._send(200, "text/plain", "ok")
        if path not in ("/", "/entries", "/version"):
            return self._send(404, "text/plain", "not found")
        if path == "/version":
            return self._send(200, "text/plain", f"{VERSION} {socket.gethostname()}")
        try:
            with Store(FOLLOWERS) as store:
                entries = store.call("LRANGE", KEY, 0, -1)
        except (OSError, ValueError) as problem:
            return self._send(503, "text/plain", f"store: {problem}")
        if path == "/entries":
            return self._send(200, "application/json", json.dumps(entries))
        items = "".join(f"<li>{html.escape(entry)}</li>" for entry in entries)
        page = (
            f"<!doctype html><title>{html.escape(TITLE)}</title><h1>{html.escape(TITLE)}</h1>"
            f'<form method="post"><input name="entry" autofocus><button>Sign</button></form><ul>{items}</ul>'
            f"<footer>version {html.escape(VERSION)} on {html.escape(socket.gethostname())}</footer>"
        )
        return self._send(200, "text/html; charset=utf-8", page)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        entry = urllib.parse.parse_qs(body).get("entry", [""])[0].strip()
        if not entry:
            return self._send(400, "text/plain", "entry is empty")
        try:
            with Store(LEADER) as store:
                store.call("RPUSH", KEY, entry)
        except (OSError, ValueError) as problem:
            return self._send(503, "text/plain", f"store: {problem}")
        return self._send(303, "text/plain", "signed", {"Location": "/"})

    def _send(self, status, kind, text, headers=None):
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


if __name__ == "__main__":
    ThreadingHTTPServer(("", 8080), Guestbook).serve_forever()
