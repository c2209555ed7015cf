"""An OpenID provider on this machine, which also plays what a wrong or a wicked one would do."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "pandaledger", "the client's own secret"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Behaviour:
    """person: who is logged in there. claims: put into the ID token in the place of right ones; None leaves one out.
    userinfo: likewise. configuration: likewise, of its own description. key: by which it signs. answers: what it says
    at a path in the place of everything right, with which status."""

    person: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    configuration: dict[str, Any] = field(default_factory=dict)
    key: Any = KEY
    algorithm: str = "RS256"
    is_down: bool = False
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)


@dataclass
class Provider:
    issuer: str = ""
    behaviour: Behaviour = field(default_factory=Behaviour)
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    """What came with each authorization, by its code."""

    def authorize(self, query: dict[str, str]) -> str:
        """The address to which it sends the browser back, once the person has agreed."""
        code = secrets.token_urlsafe(16)
        self.asked[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str]) -> dict[str, Any] | None:
        """For a code that is used once, by the client that shows its secret, the verifier of the challenge, and the
        address for which it asked."""
        asked = self.asked.pop(form.get("code", ""), None)
        if asked is None or (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return None
        if (form.get("grant_type"), form.get("redirect_uri")) != ("authorization_code", asked["redirect_uri"]):
            return None
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != asked.get("code_challenge"):
            return None
        return {"access_token": "access", "token_type": "Bearer", "id_token": self.id_token(asked)}

    def id_token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        own = {"iss": self.issuer, "aud": CLIENT, "sub": self.behaviour.person["sub"], "iat": now, "exp": now + 60}
        claims = _changed({**own, "nonce": asked.get("nonce")}, self.behaviour.claims)
        return jwt.encode(claims, self.behaviour.key, algorithm=self.behaviour.algorithm, headers={"kid": "one"})

    def page(self, path: str) -> dict[str, Any] | None:
        match path:
            case "/.well-known/openid-configuration":
                own = {
                    name: f"{self.issuer}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
                }
                more = {"issuer": self.issuer, "userinfo_endpoint": f"{self.issuer}/userinfo"}
                return _changed({**own, **more}, self.behaviour.configuration)
            case "/jwks_uri":
                public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
                return {"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]}
            case "/userinfo":
                return _changed(self.behaviour.person, self.behaviour.userinfo)
        return None


def _changed(own: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**own, **changes}.items() if value is not None}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    provider: Provider


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        provider, address = self._provider(), urlsplit(self.path)
        if address.path == "/authorization_endpoint":
            self.send_response(302)
            self.send_header("Location", provider.authorize(dict(_pairs(address.query))))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self._say(None if provider.behaviour.is_down else provider.page(address.path))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._say(self._provider().token(dict(_pairs(body))))

    def log_message(self, *args: Any) -> None:
        """Nothing: what it is asked is seen in what it answers."""

    def _provider(self) -> Provider:
        return cast(_Server, self.server).provider

    def _say(self, answer: dict[str, Any] | None) -> None:
        right = json.dumps(answer if answer is not None else {"error": "invalid_request"}).encode()
        as_told = self._provider().behaviour.answers.get(urlsplit(self.path).path)
        status, content = as_told or (400 if answer is None else 200, right)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _pairs(query: str) -> Iterator[tuple[str, str]]:
    for name, values in parse_qs(query).items():
        yield name, values[0]


@contextmanager
def provider_on_loopback() -> Iterator[Provider]:
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.provider = Provider(issuer=f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server.provider
        server.shutdown()
        thread.join(10)
