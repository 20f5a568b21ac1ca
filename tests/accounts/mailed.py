"""What stands in mails."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.message import EmailMessage

Mails = Callable[[], list[EmailMessage]]


def newest(mails: Mails, address: str, subject: str = "") -> str:
    """The text of the newest mail to an address."""
    found = [mail for mail in mails() if mail["To"] == address and subject in mail["Subject"]]
    assert found, f"no mail “{subject}” to {address}: {[(mail['To'], mail['Subject']) for mail in mails()]}"
    return str(found[0].get_body(("plain",)).get_content())  # type: ignore[union-attr]


def link_in(text: str) -> str:
    """The path of the link in a mail."""
    found = re.search(r"http://localhost(/\S+)", text)
    assert found, f"no link in:\n{text}"
    return found[1]
