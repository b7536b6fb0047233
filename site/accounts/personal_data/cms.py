"""What people leave behind in the CMS, where pages stay and who wrote them doesn't."""

import json
from functools import partial
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.models import EditingSession, FormState
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import (
    APIToken,
    Comment,
    CommentReply,
    ModelLogEntry,
    Page,
    PageLogEntry,
    PageSubscription,
    ReferenceIndex,
    Revision,
    TaskState,
    UploadedFile,
    WorkflowState,
)
from wagtail.tasks import delete_file_from_storage_task
from wagtail.users.models import UserProfile
from wagtail_localize.models import SegmentOverride, StringTranslation, TranslationSource

from accounts.personal_data.object_history import forget_history, history_of, without_person
from accounts.personal_data.registry import File, Order, Subject, delete, detach, leave_out, register
from core.media_files import content_of
from core.models import Picture
from core.models.pictures import BasePicture

WORK_STAYS = _("Pages, pictures and translations that you worked on in the CMS stay, without your name.")
COMMENTS = "wagtail_admin_comments"  # as a page's revisions have them


# --- Files ----------------------------------------------------------------------------------------------------


def delete_file(file: models.fields.files.FieldFile) -> None:
    """Delete a file when the transaction is through; the worker does it, and tries again if it must."""
    storage: Any = file.storage
    place = storage.deconstruct()
    transaction.on_commit(partial(delete_file_from_storage_task.enqueue, place, file.name))


def forget_profile(subject: Subject, rows: models.QuerySet[Any]) -> None:
    for profile in rows:
        if profile.avatar:
            delete_file(profile.avatar)
    rows.delete()


def forget_uploads(subject: Subject, rows: models.QuerySet[Any]) -> None:
    for upload in rows:
        delete_file(upload.file)
    rows.delete()


def avatar(profile: UserProfile) -> list[File]:
    if not profile.avatar:
        return []
    content = content_of(profile.avatar)
    return [File(name=f"pictures/{profile.avatar.name.rsplit('/')[-1]}", content=content)] if content else []


def forget_pictures(subject: Subject, rows: models.QuerySet[Any]) -> None:
    """Pictures of the library stay. Those of somebody who doesn't work in the CMS are their own, and go."""
    if subject.user.has_perm("wagtailadmin.access_admin"):
        rows.update(uploaded_by_user=None)
        return
    for picture in rows:
        forget_picture(picture)


def forget_picture(picture: BasePicture) -> None:
    """A picture with its sizes, files, and all that the CMS noted about it."""
    history = history_of(picture)
    picture.delete()  # the files go after it, by Wagtail's handlers
    forget_history(history)


# --- Words in comments, and who is named in what is kept ----------------------------------------------------------


def forget_comments(subject: Subject, rows: models.QuerySet[Any]) -> None:
    """Their comments and replies, wherever a copy is: in pages' revisions, translations and the log."""
    user = subject.user.pk
    comments = set(Comment.objects.filter(user=user).values_list("pk", flat=True))
    replies = set(CommentReply.objects.filter(user=user).values_list("pk", flat=True))
    for entry in PageLogEntry.objects.filter(user=user, action__startswith="wagtail.comments."):
        if "reply" in entry.data:
            replies.add(entry.data["reply"]["id"])
        elif entry.action == "wagtail.comments.create":
            comments.add(entry.data["comment"]["id"])
    PageLogEntry.objects.filter(
        Q(data__comment__id__in=comments) | Q(data__reply__id__in=replies),
        action__startswith="wagtail.comments.",
    ).delete()
    Comment.objects.filter(resolved_by=user).update(resolved_by=None)
    CommentReply.objects.filter(user=user).delete()
    Comment.objects.filter(user=user).delete()


def forget_in_revisions(subject: Subject, rows: models.QuerySet[Any]) -> None:
    """Revisions keep a page as it was, without them as its owner, who locked it or who commented on it."""
    user = subject.user.pk
    rows.update(user=None)
    named = (
        Q(content__owner=user)
        | Q(content__locked_by=user)
        | Q(content__has_key=COMMENTS) & ~Q(**{f"content__{COMMENTS}": []})
    )
    for revision in Revision.objects.filter(named).iterator():
        cleaned = without_person(revision.content, user)
        if cleaned != revision.content:
            Revision.objects.filter(pk=revision.pk).update(content=cleaned)


def forget_in_log(subject: Subject, rows: models.QuerySet[Any]) -> None:
    """The log keeps what was done to a page. What they wrote beside it goes, and so do they."""
    commented = rows.filter(data__comment__isnull=False)
    for entry in commented.exclude(data__comment=""):
        rows.filter(pk=entry.pk).update(data={**entry.data, "comment": ""})
    rows.update(user=None)


def forget_account_log(subject: Subject, rows: models.QuerySet[Any]) -> None:
    """As above; and entries about the account itself, which are called by its name or address."""
    forget_history(history_of(subject.user))
    forget_in_log(subject, rows)


def forget_in_sources(subject: Subject, rows: models.QuerySet[Any]) -> None:
    """What translations are made from is a copy of the page, with its comments."""
    for source in rows.iterator():
        content = json.loads(source.content_json)
        cleaned = without_person(content, subject.user.pk)
        if cleaned != content:
            TranslationSource.objects.filter(pk=source.pk).update(content_json=json.dumps(cleaned))


def sources_with_people(subject: Subject) -> models.QuerySet[Any]:
    return TranslationSource.objects.filter(
        Q(content_json__contains=f'"owner": {subject.user.pk}')
        | Q(content_json__contains=f'"locked_by": {subject.user.pk}')
        | Q(content_json__contains=f'"user": {subject.user.pk}')
        | Q(content_json__contains=f'"resolved_by": {subject.user.pk}')
    )


# --- The register --------------------------------------------------------------------------------------------------

register(
    UserProfile,
    title=_("Your settings in the CMS"),
    via=["user"],
    erase=forget_profile,
    order=Order.ACCOUNT,
    fields=["preferred_language", "current_time_zone", "theme", "contrast", "density"],
    files=avatar,
)
register(
    Page,
    title=_("Pages that you made in the CMS"),
    via=["owner", "locked_by"],
    erase=detach("owner", "locked_by"),
    order=Order.WORK,
    fields=["title", "first_published_at"],
    stays=WORK_STAYS,
)
register(
    Comment,
    title=_("Your comments on pages"),
    rows=lambda subject: Comment.objects.filter(user=subject.user),
    via=["user", "resolved_by"],
    erase=forget_comments,
    order=Order.WORK,
    fields=["text", "created_at"],
    goes=_("Your comments on pages in the CMS, with the answers to them."),
)
register(
    CommentReply,
    title=_("Your answers to comments on pages"),
    via=["user"],
    erase=delete,
    order=Order.WORK,
    fields=["text", "created_at"],
)
register(
    Revision,
    title=_("Versions of pages that you saved"),
    via=["user"],
    erase=forget_in_revisions,
    order=Order.WORK,
    fields=["object_str", "created_at"],
    stays=WORK_STAYS,
)
register(
    TranslationSource,
    title=_("Sources of translations that name you"),
    rows=sources_with_people,
    erase=forget_in_sources,
    order=Order.WORK,
    fields=["object_repr"],
)
register(
    PageLogEntry,
    title=_("What you did to pages"),
    via=["user"],
    erase=forget_in_log,
    order=Order.WORK,
    fields=["label", "action", "timestamp"],
)
register(
    ModelLogEntry,
    title=_("What you did in the CMS"),
    via=["user"],
    erase=forget_account_log,
    order=Order.WORK,
    fields=["action", "timestamp"],
)
register(
    WorkflowState,
    title=_("What you handed over for review"),
    via=["requested_by"],
    erase=detach("requested_by"),
    order=Order.WORK,
    fields=["status", "created_at"],
)
register(
    TaskState,
    title=_("What you reviewed"),
    via=["finished_by"],
    erase=lambda subject, rows: rows.update(finished_by=None, comment=""),
    order=Order.WORK,
    fields=["status", "comment", "finished_at"],
)
register(
    StringTranslation,
    title=_("Texts that you translated"),
    via=["last_translated_by"],
    erase=detach("last_translated_by"),
    order=Order.WORK,
    fields=["data", "updated_at"],
    stays=WORK_STAYS,
)
register(
    SegmentOverride,
    title=_("Links and pictures that you chose for translations"),
    via=["last_translated_by"],
    erase=detach("last_translated_by"),
    order=Order.WORK,
    fields=["updated_at"],
)
register(
    Picture,
    title=_("Pictures that you added"),
    via=["uploaded_by_user"],
    erase=forget_pictures,
    order=Order.WORK,
    fields=["title", "description", "credit", "licence", "created_at"],
    stays=WORK_STAYS,
)
register(
    Document,
    title=_("Documents that you added"),
    via=["uploaded_by_user"],
    erase=detach("uploaded_by_user"),
    order=Order.WORK,
    fields=["title", "created_at"],
    stays=WORK_STAYS,
)
register(
    UploadedFile,
    title=_("Files that you began to add"),
    via=["uploaded_by_user"],
    erase=forget_uploads,
    order=Order.WORK,
    fields=["file"],
)
register(
    FormState,
    title=_("Forms that you left open in the CMS"),
    via=["user"],
    erase=delete,
    order=Order.WORK,
    fields=["data", "last_updated_at"],
)
register(
    EditingSession,
    title=_("Pages that you have open in the CMS"),
    via=["user"],
    erase=delete,
    order=Order.WORK,
    fields=["last_seen_at"],
)
register(
    APIToken,
    title=_("Your keys to the CMS"),
    via=["user"],
    erase=delete,
    order=Order.WORK,
    fields=["name"],
)
register(
    PageSubscription,
    title=_("Pages whose comments you follow"),
    via=["user"],
    erase=delete,
    order=Order.WORK,
    fields=["comment_notifications"],
)
register(
    ReferenceIndex,
    title=_("Pages that point to your account"),
    rows=lambda subject: ReferenceIndex.objects.filter(
        to_object_id=str(subject.user.pk), to_content_type__in=history_of(subject.user).content_types
    ),
    erase=delete,
    order=Order.WORK,
)
leave_out(Image, "Never filled: core.Picture stands in its place.")
