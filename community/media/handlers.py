"""Making pictures of uploads, and keeping storage and caches in step with the tables."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sqlalchemy import select

from community.accounts.events import UserAnonymised
from community.adapters.storage import storage
from community.communities.models import Community
from community.core import cache
from community.core.outbox import Delivered, Skip, handles
from community.core.transactions import unit_of_work
from community.extensions import db
from community.media import queries, services
from community.media.decoding import Refused, decode
from community.media.events import MediaDeleted, MediaFailed, MediaProcessed, MediaUploaded
from community.media.purposes import PURPOSES
from community.media.services.making import NO_ANSWER
from community.media.services.storing import UPLOAD, path_of


@handles(MediaUploaded, lane="media", outside=True)
def make_variants(delivery: Delivered) -> Callable[[], None]:
    """Decode an upload and keep its variants. A second try writes the same files once more.

    A file that is no picture is told to who sent it, and that is all. When the decoder dies, another try may do; after the
    last one, the person is told too, and the delivery is left for an administrator.
    """
    media_id = delivery.event.media_id
    try:
        return _made(media_id)
    except (Refused, Skip) as refused:
        if isinstance(refused, Skip):
            raise
        return partial(services.fail_picture, media_id, str(refused))
    except Exception:
        if delivery.is_last_try:
            with unit_of_work():
                services.fail_picture(media_id, NO_ANSWER)
        raise


@handles(MediaProcessed, MediaFailed, MediaDeleted, lane="media", outside=True)
def tidy_files(delivery: Delivered) -> None:
    """Remove the upload as it came in once it is not needed, and everything of a picture that is gone."""
    key = delivery.event.key
    with unit_of_work(commit=False):
        left = queries.files_left([key])
    if key not in left:
        storage().remove([file.path for files in storage().listing(path_of(key, "").rstrip("/")) for file in files])
    elif left[key]:
        storage().remove([path_of(key, UPLOAD)])


@handles(MediaProcessed, MediaDeleted, lane="cache")
def forget_pictures(deliveries: list[Delivered]) -> None:
    """What is kept of these communities shows another picture; of people, the change of their profile says so."""
    ids = {delivery.community_id for delivery in deliveries if delivery.community_id is not None}
    for slug in db.session.scalars(select(Community.slug).where(Community.id.in_(ids))):
        cache.raise_generation(f"c:{slug}")


def _made(media_id: int) -> Callable[[], None]:
    with unit_of_work(commit=False):
        waiting = queries.waiting(media_id)
    if waiting is None:
        raise Skip
    content = storage().read(path_of(waiting.key, UPLOAD))
    if content is None:
        raise Refused("The file was lost on our side. Please send it again.")
    made = decode(content, PURPOSES[waiting.purpose])
    for name, file in made.files.items():
        storage().write(path_of(waiting.key, f"{name}.webp"), file)
    return partial(services.finish_picture, media_id, made)


@handles(UserAnonymised, lane="cache")
def forget_own_pictures(deliveries: list[Delivered]) -> None:
    """The pictures somebody had of themselves go with the account; those of places stay."""
    for user_id in sorted({delivery.event.user_id for delivery in deliveries}):
        services.remove_own(user_id)
