"""The one error of this package."""


class EmbeddedUnavailable(RuntimeError):
    """The embedded servers cannot run here; the message says why and what to do instead."""
