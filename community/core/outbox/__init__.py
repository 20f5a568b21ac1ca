"""The event bus: facts recorded in the transaction of the change, delivered to every handler exactly once.

`record(PostPublished(...))` writes an event and one delivery for each handler. Workers drain the lanes: claim, effects
and settlement of a batch are one transaction, so whatever dies, nothing is lost and nothing happens twice. Handlers
with effects outside the database (`outside=True`) claim first and get a key that is the same for every try.
"""

from community.core.outbox.delivered import Delivered, Permanent, Skip
from community.core.outbox.draining import drain_all
from community.core.outbox.events import Event
from community.core.outbox.recording import record, record_all
from community.core.outbox.registry import handles
from community.core.outbox.wake import drain

__all__ = ["Delivered", "Event", "Permanent", "Skip", "drain", "drain_all", "handles", "record", "record_all"]
