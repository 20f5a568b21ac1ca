"""Receiving one file of a form."""

from __future__ import annotations

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from community.core.errors import Invalid, TooLarge, WrongType
from community.core.transactions import let_go

FRAME = 64 * 1024
"""Bytes a form may have around its file."""


def one_file(field: str, *, limit: int, missing: str, too_large: str) -> bytes:
    """The content of the only file of this request, at most `limit` bytes. Its name and type are not looked at.

    Call it before anything else of the body is read: the limit of this request, higher than that of others, must stand by
    then. Nothing may have been written yet, because no connection is held while the body comes in. Raises `TooLarge`,
    `WrongType` for a body that is no form with files, and `Invalid` for no file, an empty one, or several.
    """
    request.max_content_length = limit + FRAME
    if request.mimetype != "multipart/form-data":
        raise WrongType("Send the file as a form: multipart/form-data.")
    let_go()
    try:
        sent = [(name, file) for name, files in request.files.lists() for file in files if file.filename]
        if len(sent) > 1:
            raise Invalid("Send one file at a time.")
        if not sent or sent[0][0] != field:
            raise Invalid(missing)
        content: bytes = sent[0][1].read(limit + 1)
    except RequestEntityTooLarge:
        raise TooLarge(too_large) from None
    finally:
        request.close()
    if len(content) > limit:
        raise TooLarge(too_large)
    if not content:
        raise Invalid("This file is empty.")
    return content
