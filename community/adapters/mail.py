"""Sending mail: by SMTP where a server is configured, else into the folder `mail/` of the instance."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import formatdate
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from flask import current_app

from community.config import Config
from community.core.clock import now


@dataclass(frozen=True)
class Mail:
    """A mail to one address. `template` names `emails/<template>.txt` and `.html`."""

    to: str
    subject: str
    template: str
    context: dict[str, object]


class Transport(Protocol):
    """A way for a finished message to leave."""

    def deliver(self, message: EmailMessage) -> None: ...


class Smtp:
    """A mail server, by an address such as smtp://user:password@host:587 (smtps:// for TLS from the first byte)."""

    def __init__(self, url: str) -> None:
        self.parts = urlsplit(url)

    def deliver(self, message: EmailMessage) -> None:
        secure = self.parts.scheme == "smtps"
        kind = smtplib.SMTP_SSL if secure else smtplib.SMTP
        with kind(self.parts.hostname or "localhost", self.parts.port or (465 if secure else 25), timeout=10) as server:
            if not secure and server.has_extn("starttls"):
                server.starttls()
            if self.parts.username:
                server.login(unquote(self.parts.username), unquote(self.parts.password or ""))
            server.send_message(message)


class Folder:
    """One file a mail; development reads them at /dev/mail."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def deliver(self, message: EmailMessage) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        stem = message["Message-ID"].strip("<>").partition("@")[0]
        written = self.path / f".{stem}.tmp"
        written.write_bytes(message.as_bytes())
        written.rename(self.path / f"{stem}.eml")

    def messages(self) -> list[tuple[str, EmailMessage]]:
        """The latest hundred mails, newest first, with the names of their files."""
        files = sorted(self.path.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
        return [(file.stem, self._read(file)) for file in files[:100]]

    def message(self, stem: str) -> EmailMessage | None:
        """One mail by the name of its file."""
        return next((message for name, message in self.messages() if name == stem), None)

    @staticmethod
    def _read(file: Path) -> EmailMessage:
        with file.open("rb") as handle:
            return BytesParser(_class=EmailMessage, policy=policy.default).parse(handle)


def send(mail: Mail, *, key: str) -> None:
    """Hand a mail over. `key` becomes the message id, so that receivers recognise a repetition."""
    config: Config = current_app.extensions["config"]
    transport(config).deliver(compose(mail, config, key=key))


def transport(config: Config) -> Smtp | Folder:
    """The configured way out."""
    return Smtp(config.smtp_url.get_secret_value()) if config.smtp_url else outbox(config)


def outbox(config: Config) -> Folder:
    """The folder of mails that did not leave the machine."""
    return Folder(config.instance_dir / "mail")


def compose(mail: Mail, config: Config, *, key: str) -> EmailMessage:
    """The message in text and HTML. Headers with line breaks are refused by the standard library (ValueError)."""
    host = urlsplit(config.site_url).hostname
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = config.mail_from, mail.to, mail.subject
    message["Message-ID"], message["Date"] = f"<{key}@{host}>", formatdate(now().timestamp())
    message["Auto-Submitted"] = "auto-generated"
    env = current_app.jinja_env
    message.set_content(env.get_template(f"emails/{mail.template}.txt").render(mail.context))
    message.add_alternative(env.get_template(f"emails/{mail.template}.html").render(mail.context), subtype="html")
    return message


def site_link(path: str) -> str:
    """An absolute address of this site; only the configured base URL decides the host."""
    config: Config = current_app.extensions["config"]
    return config.site_url + path
