"""Stands in for a process that a release does not have: it does nothing, is well, and goes when it is asked to.

So a deploy and its way back need not know which release has which processes. `python -I stand_in.py NAME HOST PORT`.
"""

import http.server
import json
import signal
import sys
import threading


def serve(name: str, host: str, port: int) -> None:
    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_known = self.path in {"/healthz", "/readyz", "/metrics"}
            text = "" if self.path == "/metrics" else json.dumps({"status": "ok", "stands_in": name})
            body = text.encode() if is_known else b""
            self.send_response(200 if is_known else 404)
            self.send_header("Content-Type", "text/plain" if self.path == "/metrics" else "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Probes are not worth a line."""

    server = http.server.ThreadingHTTPServer((host, port), Answers)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"this release has no {name}: something stands in for it", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2], int(sys.argv[3]))
