"""Telling operators what went wrong, without what people wrote."""

from __future__ import annotations

import traceback

from sqlalchemy.exc import DBAPIError


def describe(error: BaseException) -> str:
    """The error in at most 2,000 characters. Of an error of the database the kind and the statement, but no values."""
    if isinstance(error, DBAPIError):
        where = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        told = f"{type(error.orig).__name__}{f' ({where})' if where else ''} in {error.statement}"
    else:
        told = f"{type(error).__name__}: {error}"
    return told.replace("\0", "")[:2000]


def trace(error: BaseException) -> str:
    """The lines of code that led to the error, and the error as `describe` tells it."""
    return "".join(traceback.format_tb(error.__traceback__)) + describe(error)
