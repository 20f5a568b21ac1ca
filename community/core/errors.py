"""What can go wrong for a person, as exceptions the rules raise; the web turns each into one status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class AppError(Exception):
    """Base of all errors a person may cause. `status` is the HTTP status, `str(error)` the message shown."""

    status = 500
    title = "Something went wrong"
    message = "Something went wrong on our side."
    details: Sequence[Mapping[str, object]] | None = None
    """For programs: what is wrong where, as `path`, `message` and a `code` that does not change with the language."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)


class Moved(AppError):
    """Everything below the address `old` stands below `new` now."""

    status, title, message = 301, "This has moved", "This has another address now."

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new
        super().__init__()


class BadRequest(AppError):
    status, title, message = 400, "We could not read that", "The request was not understood."


class LoginNeeded(AppError):
    status, title, message = 401, "Log in first", "You need to log in to do this."


class Denied(AppError):
    """Known but not allowed; the message names what is missing."""

    status, title, message = 403, "Not allowed", "You are not allowed to do this."


class NotConfirmed(Denied):
    """Allowed, but only to somebody who proved a moment ago who they are."""

    title, message = "Confirm that it is you", "Please confirm that it is you."

    def __init__(self, message: str | None = None, *, is_wrong: bool = False, code_sent: bool = False) -> None:
        super().__init__(message)
        self.is_wrong, self.code_sent = is_wrong, code_sent
        """What was brought did not prove it; a code is on its way by mail."""


class Suspended(Denied):
    """The account is suspended: it sees why, until when, and whom to write to, and nothing else."""

    title, message = "Your account is suspended", "Your account is suspended."


class NotFound(AppError):
    """Missing, or not for this viewer to know about."""

    status, title, message = 404, "Not found", "There is nothing here, or you may not see it."


class Conflict(AppError):
    status, title, message = 409, "That has changed", "Somebody else was faster. Nothing was lost."


class Gone(AppError):
    status, title, message = 410, "Gone", "This was removed."


class TooLarge(AppError):
    status, title, message = 413, "Too large", "That is larger than we take."


class StorageFull(TooLarge):
    """A community's storage has no room left for what was sent."""

    title, message = "Storage full", "The storage of this community is full."


class WrongType(AppError):
    status, title, message = 415, "Wrong type", "We do not take this kind of file or body."


class Invalid(AppError):
    """Input that breaks a rule of the product. `fields` maps field names to messages."""

    status, title, message = 422, "Please check", "Please check what you entered."

    def __init__(self, message: str | None = None, *, fields: Mapping[str, str] | None = None) -> None:
        self.fields: dict[str, str] = dict(fields or {})
        if fields:
            self.details = [{"path": [name], "message": text, "code": "invalid"} for name, text in fields.items()]
        super().__init__(message or next(iter(self.fields.values()), None))


class TooFast(AppError):
    """A rate limit was reached. `retry_after` is in seconds."""

    status, title, message = 429, "Slow down a little", "That was too fast. Try again in a moment."

    def __init__(self, retry_after: int, message: str | None = None) -> None:
        self.retry_after = max(1, retry_after)
        super().__init__(message)


class Unavailable(AppError):
    status, title, message = 503, "Back in a moment", "A part of the site is not available right now."
