"""A mail server on this machine that can refuse, hang up, be slow, or hold back its answer until it is told."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast


@dataclass
class Behaviour:
    """banner, rcpt, data: what is answered. hangs_up: after the receivers. held: a mail that has come in is answered
    only when this is set."""

    banner: str = "220 ready"
    rcpt: str = "250 ok"
    data: str = "250 taken"
    hangs_up: bool = False
    held: threading.Event | None = None


@dataclass(frozen=True)
class Received:
    sender: str
    receivers: tuple[str, ...]
    text: bytes


@dataclass
class MailServer:
    port: int = 0
    behaviour: Behaviour = field(default_factory=Behaviour)
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    arrived: threading.Event = field(default_factory=threading.Event)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    mail: MailServer


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        mail = cast(_Server, self.server).mail
        mail.connections += 1
        try:
            self._talk(mail, mail.behaviour)
        except OSError:
            return  # the other side went away

    def _talk(self, mail: MailServer, behaviour: Behaviour) -> None:
        sender, receivers = "", []
        self._say(behaviour.banner)
        while line := self.rfile.readline().decode("ascii").strip():
            match line.split(":")[0].split()[0].upper():
                case "MAIL":
                    sender = _address(line)
                    self._say("250 ok")
                case "RCPT":
                    receivers.append(_address(line))
                    self._say(behaviour.rcpt)
                case "DATA" if behaviour.hangs_up:
                    return
                case "DATA":
                    self._say("354 go on")
                    self._take(mail, Received(sender, tuple(receivers), self._text()))
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 ok")

    def _take(self, mail: MailServer, received: Received) -> None:
        mail.received.append(received)
        mail.arrived.set()
        if mail.behaviour.held is not None:
            mail.behaviour.held.wait(60)
        self._say(mail.behaviour.data)

    def _text(self) -> bytes:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


def _address(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]


@contextmanager
def mail_server() -> Iterator[MailServer]:
    with _Server(("127.0.0.1", 0), _Conversation) as server:
        server.mail = MailServer(port=server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server.mail
        server.shutdown()
        thread.join(10)
