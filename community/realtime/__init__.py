"""Real time: the socket that open pages listen on, and the polling that stands in for it.

One connection per page, receive-only but for two small frames. Promises: no connection hears a topic its viewer may not
read at that moment, every message arrives once and in order while the log reaches back, and nothing that happens to one
connection (slowness, nonsense, silence) is felt by another. Hears the log of `core.broadcast`, no events of the outbox.
"""
