"""A photo from the first word about it to the moment it can be shown (decision 0040)."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.credentials.locking import lock_account
from accounts.models import Account
from api.callers.acting import By
from idempotency.errors import WhatItMadeIsGone
from idempotency.services import made_by_same_request, note_carried_out
from photos.errors import NothingUploaded, PhotoIsBeingChecked, TooManyPhotos
from photos.models import FORM_LIVES, UNSHOWN_LIVES, Photo
from photos.queries import photo_of, photos_of
from photos.reencoding.contained import Made, Unfit, made_anew
from photos.reencoding.refusals import refusal
from photos.reencoding.sizes import MAX_BYTES, WAIT_SECONDS
from photos.store import NothingThere, photo_store
from photos.store.forms import UploadForm
from salon_contracts.http.problem import NotFound
from salon_kit.logs import get_logger

log = get_logger(__name__)

# Uploaded and shown nowhere; a gallery takes a dozen.
MOST_UNSHOWN = 30
ROLE_OF = {Photo.Purpose.SALON: Account.Role.GROOMER, Photo.Purpose.DOG: Account.Role.CUSTOMER}
# Reading, decoding and writing, each with its own limit, and some more.
CHECK_TAKES = timedelta(seconds=2 * WAIT_SECONDS)


class Begun(NamedTuple):
    """`form` None: what the same request began has been finished since."""

    photo: Photo
    form: UploadForm | None
    is_new: bool


def begin_upload(*, purpose: str, content_type: str, size: int, by: By) -> Begun:
    """A row that waits for its bytes, and the form to post them with. The same request again gives the same photo.

    Raises TooManyPhotos, KeyUsedForAnother, WhatItMadeIsGone, DependencyDown; Forbidden to a role that shows no such
    photos.
    """
    store = photo_store()
    with transaction.atomic(durable=True):
        lock_account(account_id=by.account_id, acts_as=ROLE_OF[Photo.Purpose(purpose)])
        made = made_by_same_request(by=by)
        if made is None:
            photo = _begin(purpose, content_type, size, by=by)
            note_carried_out(photo.pk, by=by)
        else:
            photo = _still_there(made, by=by)
    form = None
    if photo.state == Photo.State.AWAITED and photo.form_ends_at is not None and photo.form_ends_at > by.now:
        seconds = int((photo.form_ends_at - by.now).total_seconds()) or 1
        form = store.form(
            photo.upload_key, content_type=photo.content_type, max_bytes=photo.declared_bytes, seconds=seconds
        )
    return Begun(photo, form, is_new=made is None)


def _begin(purpose: str, content_type: str, size: int, *, by: By) -> Photo:
    if photos_of(account_id=by.account_id).filter(remove_at__isnull=False).count() >= MOST_UNSHOWN:
        raise TooManyPhotos(max_photos=MOST_UNSHOWN)
    return Photo.objects.create(
        account_id=by.account_id,
        purpose=purpose,
        content_type=content_type,
        declared_bytes=size,
        created_at=by.now,
        form_ends_at=by.now + FORM_LIVES,
        remove_at=by.now + UNSHOWN_LIVES,
    )


def _still_there(photo_id: UUID, *, by: By) -> Photo:
    try:
        return photo_of(account_id=by.account_id, photo_id=photo_id)
    except NotFound as gone:
        raise WhatItMadeIsGone from gone


def finish_upload(photo_id: UUID, *, by: By) -> Photo:
    """What was posted is looked at and made anew; the original goes. What is finished already stays as it is.

    Raises NotFound, NothingUploaded, PhotoIsBeingChecked, DependencyDown, Overloaded; InvalidInput for what is no photo
    that we take, every time alike.
    """
    photo = _claim(photo_id, by=by)
    if photo.state == Photo.State.READY:
        return photo
    store = photo_store()
    try:
        made = made_anew(store.read(photo.upload_key, max_bytes=MAX_BYTES))
        for size, content in made.sizes.items():
            store.write(photo.key(size), content)
    except Unfit as unfit:
        _let_go(photo, state=Photo.State.REFUSED, refused_as=unfit.code)
        store.remove(photo.upload_key)
        raise refusal(unfit.code) from unfit
    except NothingThere as nothing:
        _let_go(photo, state=Photo.State.AWAITED)
        raise NothingUploaded from nothing
    except BaseException:
        # Another try may find the store well again.
        _let_go(photo, state=Photo.State.AWAITED)
        raise
    _become_ready(photo, made)
    store.remove(photo.upload_key)
    log.info("photo_ready", photo_id=str(photo.pk), purpose=photo.purpose)
    return photo_of(account_id=by.account_id, photo_id=photo_id)


def _claim(photo_id: UUID, *, by: By) -> Photo:
    """For whoever comes first. Nothing slow happens while the row is locked."""
    with transaction.atomic(durable=True):
        photo = photos_of(account_id=by.account_id).select_for_update().filter(pk=photo_id).first()
        if photo is None:
            raise NotFound
        if photo.state == Photo.State.REFUSED:
            raise refusal(photo.refused_as)
        if photo.state == Photo.State.CHECKED and photo.check_ends_at is not None and photo.check_ends_at > by.now:
            raise PhotoIsBeingChecked(retry_after_seconds=1)
        if photo.state != Photo.State.READY:
            photo.state, photo.check_ends_at = Photo.State.CHECKED, by.now + CHECK_TAKES
            photo.save(update_fields=["state", "check_ends_at"])
    return photo


def _become_ready(photo: Photo, made: Made) -> None:
    """Raises NotFound when it was given up or removed meanwhile: what was written is due with its row."""
    remove_at = timezone.now() + UNSHOWN_LIVES
    if not _let_go(photo, state=Photo.State.READY, width=made.width, height=made.height, remove_at=remove_at):
        raise NotFound


def _let_go(photo: Photo, **columns: object) -> bool:
    """Whether it was still this one's: after its time another may have begun, whose turn it is then."""
    mine = Photo.objects.filter(pk=photo.pk, state=Photo.State.CHECKED, check_ends_at=photo.check_ends_at)
    return bool(mine.update(**columns, check_ends_at=None))
