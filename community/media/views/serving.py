"""Pictures, as files."""

from __future__ import annotations

import re

from flask import Response, make_response, request

from community.adapters.storage import storage
from community.core.crypto import beside_the_loop
from community.core.errors import NotFound
from community.core.viewer import load
from community.core.web import blueprint, for_all
from community.media import queries
from community.media.services import path_of

KEY = re.compile("[0-9a-f]{32}")
VARIANT = re.compile("[0-9]{2,4}")
FOR_ALL = "public, max-age=31536000, immutable"
"""Each picture has a key of its own: what stands at an address never changes."""
FOR_ONE = "private, max-age=86400"
HEADERS = {"Content-Type": "image/webp", "Content-Security-Policy": "default-src 'none'; sandbox",
           "Content-Disposition": 'inline; filename="picture.webp"', "Cross-Origin-Resource-Policy": "same-origin"}

bp = blueprint("media", access="open", prefix="/media")


@bp.get("/<key>/<variant>.webp")
def serve(key: str, variant: str) -> Response:
    """A variant of a finished picture, to whoever may see what it belongs to.

    Who asks is found out only where that matters, so most pictures cost one question to the database.
    """
    if not KEY.fullmatch(key) or not VARIANT.fullmatch(variant):
        raise NotFound
    is_public = _may_be_seen(key, variant)
    if is_public:
        for_all()
    response = make_response(b"")
    response.headers.update(HEADERS)
    response.headers["Cache-Control"] = FOR_ALL if is_public else FOR_ONE
    response.set_etag(f"{key}-{variant}")
    if request.if_none_match.contains(f"{key}-{variant}"):
        response.status_code = 304
        return response
    files = storage()
    content = beside_the_loop(lambda: files.read(path_of(key, f"{variant}.webp")))
    if content is None:
        raise NotFound
    response.set_data(content)
    return response


def _may_be_seen(key: str, variant: str) -> bool:
    try:
        return queries.visible_variant(key, variant, None)
    except NotFound:
        return queries.visible_variant(key, variant, load(request))
