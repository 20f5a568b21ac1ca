"""Broadcast: what changed goes to the open pages, after commit, by the process that committed.

A push is a courtesy: it is best effort, never raises and never delays a request noticeably. Reload and polling give the
same page without it. Two kinds: a *fragment* is HTML that is the same for everybody who may hear the topic; a *hint* is
a name on which the page fetches its own region by HTTP.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from community.core.broadcast import log
from community.core.broadcast.wire import Message, encode
from community.core.transactions import after_commit, put_off

_KEY = "broadcast"
_REV = re.compile(r'data-rev="(\d+)"')

SESSION_REVOKED = 4401
ACCOUNT_BARRED = 4403


def push(topic: str, html: str, *, author_id: UUID | str | None = None) -> None:
    """Send `<hx-partial …>` to everybody on the topic once this transaction is durable.

    `author_id` is the public id of the person whose text it is: those who block or mute each other do not get it.
    """
    _collect(Message(topic, encode({"topic": topic, "content": html}), author=str(author_id or "")))


def hint(topic: str, event: str, *, id: UUID | str | None = None,
         url: str | None = None, actor: UUID | str | None = None) -> None:
    """Tell the pages on the topic that something changed, once this transaction is durable.

    `event` is `<region>:<what>`; `actor` the public id of who did it, filtered like an author.
    """
    body = {"topic": topic, "event": event, "id": id, "url": url, "actor": actor}
    _collect(Message(topic, encode(body), author=str(actor or "")))


def publish_counter(topic: str, key: str, html: str) -> None:
    """Like `push`, for a number that changes often: at most one push a second per topic and `key`, the last one wins.

    Which is last is said by `data-rev` in the HTML where there is one, else by arrival: commits overtake each other.
    """
    found = _REV.search(html)
    body = encode({"topic": topic, "content": html})
    _collect(Message(topic, body, slot=key, rev=int(found[1]) if found else 0))


def revoke_session(session_id: int) -> None:
    """Close the sockets of a session that was logged out or revoked."""
    _control(f"session:{session_id}", {"do": "close", "session": session_id, "code": SESSION_REVOKED})


def bar_user(user_id: int, *, code: int = ACCOUNT_BARRED) -> None:
    """Close every socket of an account that was suspended or banned."""
    _control(f"user:{user_id}", {"do": "close", "user": user_id, "code": code})


def expel(user_id: int, community_public_id: UUID | str) -> None:
    """Close the sockets of a person's pages of one community, after a ban there."""
    scope = str(community_public_id)
    _control(f"expel:{user_id}:{scope}", {"do": "close", "user": user_id, "scope": scope, "code": ACCOUNT_BARRED})


def recheck(user_id: int | None = None, *, topic: str | None = None) -> None:
    """Have the rights behind open subscriptions read again; those that are gone end within 5 s.

    Of one user, of everybody on one topic, or, without either, of everybody (a space or community became private).
    """
    _control(f"recheck:{user_id}:{topic}", {"do": "recheck", "user": user_id, "topic": topic})


def waiting() -> list[Message]:
    """What this transaction will push when it commits, in order."""
    batch = put_off(_KEY)
    return batch.messages() if isinstance(batch, _Batch) else []


@dataclass(frozen=True, slots=True)
class _Batch:
    """The messages of one transaction, newest first. Frozen, so that a savepoint that fails takes its own back."""

    message: Message
    before: _Batch | None

    def __call__(self) -> None:
        log.publish(self.messages())

    def messages(self) -> list[Message]:
        messages: list[Message] = []
        batch: _Batch | None = self
        while batch is not None:
            messages.append(batch.message)
            batch = batch.before
        return messages[::-1]


def _collect(message: Message) -> None:
    before = put_off(_KEY)
    after_commit(_KEY, _Batch(message, before if isinstance(before, _Batch) else None), last=True)


def _control(key: str, order: dict[str, object]) -> None:
    after_commit(f"{_KEY}:{key}", lambda: log.command(order), last=True)
