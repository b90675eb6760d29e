# SPDX-License-Identifier: Apache-2.0
"""A proxy before a PostgreSQL server that knows where messages begin, and does something to one of them.

Messages of both directions have one numbering each, over all connections in the order in which they came.
"""

from __future__ import annotations

import selectors
import socket
import struct
import threading
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

CLIENT, SERVER = "client", "server"


@dataclass(frozen=True)
class Plan:
    """What happens to the n-th message that one side sends."""

    side: str = CLIENT
    n: int = 0  # from 1 on; 0: nothing
    what: str = "lose"  # "lose": both connections end before it is passed on; "pass": after it was passed on, whatever
    # comes back is lost; "hold": neither it nor anything later is passed on, and nothing is closed


@dataclass
class Message:
    side: str
    type: str
    text: bytes


class Proxy:
    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.behind = (parts.hostname or "127.0.0.1", parts.port or 5432)
        self.plan = Plan()
        self.counts = {CLIENT: 0, SERVER: 0}
        self.seen: list[Message] = []
        self.was_hit = False
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"postgresql://{parts.username}@127.0.0.1:{self.listener.getsockname()[1]}{{path}}"
        threading.Thread(target=self.accept, daemon=True).start()

    def begin(self, plan: Plan) -> None:
        with self.lock:
            self.plan, self.was_hit, self.seen = plan, False, []
            self.counts = {CLIENT: 0, SERVER: 0}

    def accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client: socket.socket) -> None:
        with client, suppress(OSError), socket.create_connection(self.behind) as server:
            Relay(self, client, server).run()

    def fate(self, message: Message) -> str:
        with self.lock:
            self.seen.append(message)
            self.counts[message.side] += 1
            if message.side != self.plan.side or self.counts[message.side] != self.plan.n:
                return "go"
            self.was_hit = True
            return self.plan.what


class Relay:
    """One connection."""

    def __init__(self, by: Proxy, client: socket.socket, server: socket.socket) -> None:
        self.by, self.ends = by, {CLIENT: client, SERVER: server}
        self.buffers = {CLIENT: b"", SERVER: b""}
        self.has_begun = False  # the first message of a client has no type
        self.is_deaf = self.is_held = False
        for end in self.ends.values():
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def run(self) -> None:
        with selectors.DefaultSelector() as ready:
            for side, end in self.ends.items():
                ready.register(end, selectors.EVENT_READ, side)
            while True:
                for key, _ in ready.select():
                    data = key.fileobj.recv(65536)  # type: ignore[union-attr]
                    if not data or not self.take(key.data, data):
                        return

    def take(self, side: str, data: bytes) -> bool:
        """False: the connection is over."""
        if self.is_held:
            return True
        self.buffers[side] += data
        other = self.ends[SERVER if side == CLIENT else CLIENT]
        while (message := self.next(side)) is not None:
            fate = self.by.fate(message)
            if fate == "lose":
                return False
            if fate == "hold":
                self.is_held = True
                return True
            if self.is_deaf:
                # The server has done what it was told: its answer says that it is ready for more, and is lost.
                if side == SERVER and message.type == "Z":
                    return False
                continue
            other.sendall(message.text)
            if fate == "pass":
                if side == SERVER:
                    return False
                self.is_deaf = True
                self.pass_rest()
        return True

    def pass_rest(self) -> None:
        """What the client sent along with a message belongs to it: without the end, the server would wait."""
        self.ends[SERVER].sendall(self.buffers[CLIENT])
        self.buffers[CLIENT] = b""

    def next(self, side: str) -> Message | None:
        buffer = self.buffers[side]
        head = 0 if side == CLIENT and not self.has_begun else 1
        if len(buffer) < head + 4:
            return None
        end = head + struct.unpack(">I", buffer[head : head + 4])[0]
        if len(buffer) < end:
            return None
        self.buffers[side] = buffer[end:]
        if head == 0:
            # A request for encryption is refused here: what is encrypted has no messages to be seen.
            code = struct.unpack(">I", buffer[4:8])[0]
            if code in (80877103, 80877104):
                self.ends[CLIENT].sendall(b"N")
                return self.next(side)
            self.has_begun = True
        return Message(side, chr(buffer[0]) if head else "", buffer[:end])
