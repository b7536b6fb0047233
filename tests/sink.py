"""A mail server for tests."""

import asyncio
import email
import email.policy
import logging
import socket
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells each command


class SmtpSink:
    """A real SMTP server on localhost that keeps what it accepts."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.messages: list[EmailMessage] = []
        self.recipients: list[list[str]] = []  # the envelope's, one list for each message
        self.refuse: dict[str, str] = {}  # answers to give instead, by recipient: "550 No such user"
        self.delay = 0.0  # seconds between having accepted a message and saying so
        self.controller: Controller | None = None

    @property
    def url(self) -> str:
        """What to set EMAIL_URL to."""
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        if self.controller is not None:
            self.controller.stop()
            self.controller = None

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.messages.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        self.recipients.append(list(envelope.rcpt_tos))
        await asyncio.sleep(self.delay)
        return "250 Accepted"
