"""A provider in a thread of its own: OpenID Connect of Google and Kakao, OAuth 2 of Naver, and what goes wrong.

It checks what real ones check: the secret of the client, a code once, the address it was asked for with, PKCE.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from jwt.algorithms import RSAAlgorithm

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
KEY_ID = "of-the-stand-in"
CLIENT, SECRET, APP = "our-page", "0123456789", "our-app"


@dataclass
class Code:
    client: str
    redirect_uri: str
    nonce: str | None
    challenge: str | None
    person: dict[str, Any]


@dataclass
class StandIn:
    """`faults` by path: garbage, fails, hangs, trickles, too long. `asked` are the paths that were asked for."""

    faults: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    spoil: dict[str, Any] = field(default_factory=dict)
    """Claims that its id tokens have instead of the right ones."""
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)
    released: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        stand_in = self

        class Handler(_Handler):
            provider = stand_in

        self.server = _Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self.released.set()
        self.server.shutdown()
        self.server.server_close()

    def consents(self, address: str, person: dict[str, Any]) -> str:
        """Somebody signs in at the address to which we have sent them; gives the query of the way back."""
        asked = dict(parse_qsl(urlsplit(address).query))
        code = self.code_for(
            person, client=asked["client_id"], redirect_uri=asked["redirect_uri"],
            nonce=asked.get("nonce"), challenge=asked.get("code_challenge"),
        )  # fmt: skip
        return urlencode({"code": code, "state": asked["state"]})

    def code_for(
        self, person: dict[str, Any], *, client: str = CLIENT, redirect_uri: str,
        nonce: str | None = None, challenge: str | None = None,
    ) -> str:  # fmt: skip
        code = uuid4().hex
        self.codes[code] = Code(client, redirect_uri, nonce, challenge, person)
        return code

    def id_token(
        self, person: dict[str, Any], *, audience: Any = CLIENT, nonce: str | None = None,
        key: RSAPrivateKey = KEY, key_id: str = KEY_ID, **claims: Any,
    ) -> str:  # fmt: skip
        now = int(time.time())
        usual = {"iss": self.issuer, "aud": audience, "iat": now, "exp": now + 600, "jti": uuid4().hex}
        all_claims = {**usual, **({"nonce": nonce} if nonce else {}), **person, **self.spoil, **claims}
        kept = {name: value for name, value in all_claims.items() if value is not None}
        return jwt.encode(kept, key, algorithm="RS256", headers={"kid": key_id})

    def answer_to(self, path: str, form: dict[str, str], bearer: str) -> tuple[int, dict[str, Any]]:
        match path:
            case "/.well-known/openid-configuration":
                at = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
                found = {name: f"{self.issuer}{where}" for name, where in at.items()}
                return 200, {"issuer": self.issuer, "userinfo_endpoint": f"{self.issuer}/userinfo", **found}
            case "/keys":
                return 200, {"keys": [{**RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True), "kid": KEY_ID}]}
            case "/token" | "/oauth2.0/token":
                return self._exchange(form, refusal=200 if path.startswith("/oauth2.0") else 400)
            case "/userinfo":
                return (200, self.tokens[bearer]) if bearer in self.tokens else (401, {"error": "invalid_token"})
            case "/v1/nid/me" if bearer in self.tokens:
                return 200, {"resultcode": "00", "message": "success", "response": self.tokens[bearer]}
        return 404, {"error": "not_found"}

    def _exchange(self, form: dict[str, str], *, refusal: int) -> tuple[int, dict[str, Any]]:
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        code = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if code is None or code.redirect_uri != form.get("redirect_uri") or code.challenge not in {None, challenge}:
            return refusal, {"error": "invalid_grant", "error_description": "no such code"}
        token = uuid4().hex
        self.tokens[token] = code.person
        in_token = {name: value for name, value in code.person.items() if name not in code.person.get("hidden", ())}
        in_token.pop("hidden", None)
        return 200, {"access_token": token, "id_token": self.id_token(in_token, audience=code.client, nonce=code.nonce)}


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """Whoever asked has gone: that is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    provider: StandIn
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self._answer({name: values[0] for name, values in parse_qs(body).items()})

    def _answer(self, form: dict[str, str]) -> None:
        path = urlsplit(self.path).path
        self.provider.asked.append(path)
        status, document = self.provider.answer_to(
            path, form, self.headers.get("Authorization", "").removeprefix("Bearer ")
        )
        text = json.dumps(document).encode()
        match self.provider.faults.get(path):
            case "garbage":
                text = b"<html>[["
            case "no object":
                text = b"[]"
            case "too long":
                text = b'"' + b"x" * 500_000 + b'"'
            case "fails":
                status = 502
            case "hangs":
                self.provider.released.wait(30)
            case "trickles":
                self._trickle(text)
                return
        head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n"
        with suppress(OSError):
            self.wfile.write(head.encode() + text)

    def _trickle(self, text: bytes) -> None:
        """A line of the head at a time, each soon enough to be no time-out of its own."""
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not self.provider.released.wait(0.1):
            try:
                self.wfile.write(b"X-Still: here\r\n")
            except OSError:
                return

    def log_message(self, *_: Any) -> None:
        """Not among the lines of tests."""
