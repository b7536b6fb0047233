"""Nothing is left of somebody who was erased: a word in every field of theirs is found nowhere (security rule E53)."""

import base64
import io
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.core.mail import send_mail
from django.db import connection, models
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from PIL import Image, PngImagePlugin
from pytest_django import DjangoDbBlocker
from wagtail.admin.models import EditingSession, FormState
from wagtail.contrib.redirects.models import Redirect
from wagtail.log_actions import log
from wagtail.models import (
    APIToken,
    Comment,
    CommentReply,
    GroupApprovalTask,
    Page,
    PageSubscription,
    TaskState,
    UploadedFile,
    Workflow,
    WorkflowState,
)
from wagtail.users.models import UserProfile
from wagtail_localize.models import StringTranslation, TranslationSource

from accounts import erasure, exports
from accounts.models import User
from accounts.personal_data import Subject, holdings
from accounts.roles import EDITORS
from articles.models import ArticlePage, Person
from booking import emails
from booking.models import Schedule
from config.postgres.errors import PostgresError
from config.postgres.programs import require_wheel
from core.mail import outbox
from core.mail.keys import address_key
from core.models import Outbox, Picture
from core.worker import background
from directory.models import Portrait, Specialist, SpecialistPage
from tests.factories.booking import BookingFactory
from tests.factories.people import make_user
from tests.run_databases import copy_for_a_test
from tests.sink import SmtpSink

# Of this process alone: the media folder is everybody's.
CANARY = f"kanarek7{os.environ.get('PYTEST_XDIST_WORKER', '')}"


@pytest.fixture
def transactional_db(content_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The small site in a database of its own, where transactions are real: pg_dump sees what is committed."""
    try:
        with copy_for_a_test(content_database, django_db_blocker):
            DBTaskResult.objects.all().delete()  # the index of all pages: hundreds of tasks that nobody waits for
            yield
    finally:
        for path in Path(settings.MEDIA_ROOT).rglob(f"*{CANARY}*"):
            path.unlink()  # of a test that failed


# --- Looking for a word everywhere ---------------------------------------------------------------------------------


def spellings(word: str) -> list[str]:
    """A word as it stands, as hexadecimal bytes, and in Base64 at each of the three places where it can begin.

    Of the latter without the letters that depend on what stands around it.
    """
    raw = word.encode()
    coded = []
    for shift in range(3):
        text = base64.b64encode(b" " * shift + raw).decode().rstrip("=")
        coded.append(text[(0, 2, 3)[shift] : len(text) - (1 if (shift + len(raw)) % 3 else 0)])
    return [word, raw.hex(), *coded, *(one.encode().hex() for one in coded)]


def dump() -> str:
    """The committed data of the database that the test works in."""
    try:
        program = str(require_wheel() / "bin" / "pg_dump")
    except PostgresError:
        program = shutil.which("pg_dump") or pytest.skip("there is no pg_dump here")
    parameters = connection.get_connection_params()
    command = [program, "--data-only", f"--dbname={parameters['dbname']}"]
    for option in ("host", "port", "user"):
        if parameters.get(option):
            command.append(
                f"--{option}={parameters[option]}" if option != "user" else f"--username={parameters['user']}"
            )
    environment = {**os.environ, "PGPASSWORD": parameters.get("password") or ""}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout


def found(word: str) -> set[str]:
    """The tables and files that have `word`, whatever its spelling."""
    places: set[str] = set()
    looked_for = spellings(word)
    table = ""
    for line in dump().splitlines():
        if match := re.match(r"COPY public\.\"?(\w+)", line):
            table = match[1]
        if any(text in line for text in looked_for):
            places.add(table)
    for session in Session.objects.all():
        if word in json.dumps(session.get_decoded()):
            places.add("django_session")
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        if path.is_file() and (word in path.name or word.encode() in path.read_bytes()):
            places.add("media")
    return places


# --- People with a word in every field -----------------------------------------------------------------------------

# What the site writes there, not people.
TECHNICAL = {
    "password",
    "session_key",
    "session_data",
    "key_hash",
    "prefix",
    "action",
    "message_id",
    "dedupe_key",
    "slug",
    "url_path",
    "path",
    "file",
    "file_hash",
    "object_id",
    "parent_object_id",
    "traceback",
    "task_path",
    "queue_name",
    "backend_name",
    "exception_class_path",
    "credential_country",
    "currency",
    "time_zone",
    "client_time_zone",
    "client_language",
    "email",
    "client_email",
    "sender",
    "translation_key",
    "contentpath",
    "position",
    "draft_title",
    "language",
    "model_path",
    "content_path",
    # Titles of pages that stay.
    "label",
    "object_str",
    "object_repr",
    "content_json",
    "schema_version",
}


def is_words(field: models.Field) -> bool:
    text = isinstance(field, models.CharField | models.TextField)
    return text and not field.choices and field.name not in TECHNICAL and not field.is_relation


def fill(subject: Subject, word: str) -> set[str]:
    """Put `word` into every text of every registered row of theirs that is to go. Returns what was filled."""
    filled = set()
    for holding in holdings():
        if holding.stays:
            continue
        for row in holding.rows(subject):
            for field in row._meta.concrete_fields:
                if field.name == "rewriter":  # the name of a function
                    continue
                if is_words(field) and not (field.unique and field.max_length is None):
                    limit = field.max_length or 400
                    if len(word) <= limit:
                        model = field.model
                        key = (
                            row.pk if model is type(row) else getattr(row, f"{model._meta.model_name}_ptr_id")
                        )
                        model._base_manager.filter(pk=key).update(**{field.name: word})
                        filled.add(f"{model._meta.label}.{field.name}")
    return filled


def portrait_with(word: str) -> ContentFile:
    """A picture whose metadata, and name, have `word`."""
    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", word)
    whole = io.BytesIO()
    Image.new("RGB", (400, 400), "teal").save(whole, "PNG", pnginfo=note)
    return ContentFile(whole.getvalue(), name=f"{word}.png")


def account(word: str, user: User) -> User:
    """What every account has: an address, a second factor, sessions, half-written forms, mail."""
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": word})
    browser = Client(HTTP_USER_AGENT=word)
    browser.force_login(user)
    session = browser.session
    session["drafts"] = {"/en/": {"at": 0, "typed": {"text": [word]}}}
    session.save()
    UserSession.objects.get_or_create(
        session_key=session.session_key, defaults={"user": user, "ip": "203.0.113.7", "user_agent": word}
    )
    send_mail(f"About {word}", word, None, [user.email.upper()])
    Outbox.objects.update(state=Outbox.State.SENT)
    send_mail(f"About {word}", f"{word} – {word}", None, [user.email])
    caches["limits"].set(f"allauth:rl:account:login_failed:5/5m/key:user:{user.pk}", [word], 600)
    DBTaskResult.objects.create(
        task_path="x",
        args_kwargs={"args": [], "kwargs": {}},
        traceback=f"{user.email} broke this",
        status="FAILED",
        run_after=timezone.now(),
        backend_name="default",
        worker_ids=[],
    )
    return user


def client_named(word: str) -> User:
    """Somebody who has booked with an account and without one."""
    user = account(word, User.objects.create_user(f"{word}-client@example.org", display_name=word))
    schedule = Schedule.objects.order_by("pk").first()
    start = timezone.now() + timedelta(days=3)
    with_account = BookingFactory(
        schedule=schedule,
        starts_at=start,
        client=user,
        client_name=word,
        client_email=user.email,
        note=word,
        client_key=address_key(user.email),
    )
    emails.tell_specialist(with_account)
    emails.confirmed(with_account, now=timezone.now())
    BookingFactory(
        schedule=schedule,
        starts_at=start - timedelta(days=90),
        client_name=word,
        note=word,
        status="completed",
        client_email=user.email,
        client_key=address_key(user.email),
    )
    return user


def specialist_named(word: str) -> User:
    """A specialist with pages in all languages, revised and translated, and consultations to come."""
    specialist = Specialist.objects.get(slug="iryna-vzirets")
    user = specialist.user or User.objects.create_user(f"{word}-specialist@example.org")
    user.email = f"{word}-specialist@example.org"
    user.display_name = word
    user.save()
    EmailAddress.objects.filter(user=user).delete()
    account(word, user)
    picture = Picture.objects.create(
        title=word, file=portrait_with(word), description=word, uploaded_by_user=user
    )
    picture.tags.add(word)
    picture.get_rendition("fill-200x200")
    portrait = Portrait.objects.create(title=word, file=portrait_with(word), description=word)
    portrait.get_rendition("fill-200x200")
    specialist.user, specialist.name, specialist.slug, specialist.portrait = user, word, word, portrait
    specialist.credential_url = f"https://register.example/{word}"
    specialist.save()
    log(specialist, "wagtail.edit", user=user, data={"word": word})
    for page in SpecialistPage.objects.filter(specialist=specialist):
        page.slug, page.owner = f"{word}-page", user
        page.title = page.headline = page.seo_title = page.search_description = word
        page.story = page.approach = f"<p>{word}</p>"
        page.faq = [("question", {"question": word, "html": f"<p>{word}</p>"})]
        page.save_revision(user=user).publish()
        Redirect.objects.create(old_path=f"/{page.locale.language_code}/{word}", redirect_page=page)
        page.title = f"{word} again"
        page.save_revision(user=user)
    for source in TranslationSource.objects.filter(
        object_id__in=SpecialistPage.objects.filter(specialist=specialist).values("translation_key")
    ):
        source.update_from_db()
        StringTranslation.objects.filter(context__object=source.object_id).update(data=word)
    Person.objects.update_or_create(
        specialist=specialist, defaults={"name": word, "slug": word, "honorific": word}
    )
    Person.objects.get(specialist=specialist).save()  # into the search index
    start = timezone.now() + timedelta(days=2)
    BookingFactory(schedule=specialist.schedule, starts_at=start, client_email="someone@example.org")
    return user


def editor_named(word: str) -> User:
    """Somebody who works in the CMS: comments, reviews, open forms, a picture of themselves."""
    user = account(word, make_user(f"{word}-editor@example.org", EDITORS, display_name=word))
    UserProfile.objects.create(user=user, avatar=portrait_with(word))
    page = ArticlePage.objects.order_by("pk").first()
    Page.objects.filter(pk=page.pk).update(owner=user, locked_by=user)
    page.refresh_from_db()
    comment = Comment.objects.create(page=page, user=user, text=word, contentpath="title")
    other = Comment.objects.create(
        page=page, user=make_user("colleague@example.org"), text="A colleague's", contentpath="title"
    )
    reply = CommentReply.objects.create(comment=other, user=user, text=word)
    comment.log_create(user=user)
    reply.log_create(user=user)
    comment.log_resolve(user=other.user)
    page.save_revision(user=user)
    for source in TranslationSource.objects.filter(object_id=page.translation_key):
        source.update_from_db()
    log(page, "wagtail.workflow.reject", user=user, data={"comment": word, "workflow": {"title": "Review"}})
    log(user, "wagtail.edit", user=user)
    here = {"content_type": ContentType.objects.get_for_model(page), "object_id": str(page.pk)}
    FormState.objects.create(user=user, data=f"title={word}", last_updated_at=timezone.now(), **here)
    EditingSession.objects.create(user=user, last_seen_at=timezone.now(), **here)
    APIToken.objects.create(user=user, name=word, key_hash="x" * 20, prefix="y")
    PageSubscription.objects.create(user=user, page=page, comment_notifications=True)
    UploadedFile.objects.create(uploaded_by_user=user, file=portrait_with(word))
    workflow = Workflow.objects.create(name="Review")
    task = GroupApprovalTask.objects.create(name="Review")
    state = WorkflowState.objects.create(
        base_content_type=ContentType.objects.get_for_model(Page),
        workflow=workflow,
        requested_by=user,
        **here,
    )
    TaskState.objects.create(
        workflow_state=state, task=task, revision=page.latest_revision, finished_by=user, comment=word
    )
    return user


MAKERS = {"client": client_named, "specialist": specialist_named, "editor": editor_named}
EXPECTED = {
    "client": {"booking_booking"},
    "specialist": {
        "directory_specialist",
        "directory_specialistpage",
        "wagtailcore_page",
        "wagtailcore_revision",
        "wagtailcore_pagelogentry",
        "wagtailcore_modellogentry",
        "wagtailredirects_redirect",
        "wagtailsearch_indexentry",
        "wagtail_localize_string",
        "wagtail_localize_stringtranslation",
        "wagtail_localize_translationsource",
        "articles_person",
        "core_picture",
        "taggit_tag",
        "booking_schedule",
    },
    "editor": {
        "wagtailcore_comment",
        "wagtailcore_commentreply",
        "wagtailcore_revision",
        "wagtailcore_pagelogentry",
        "wagtailcore_modellogentry",
        "wagtailcore_taskstate",
        "wagtailcore_apitoken",
        "wagtailadmin_formstate",
        "wagtailusers_userprofile",
        "wagtail_localize_translationsource",
        "media",
    },
}
EVERYBODY = {
    "accounts_user",
    "account_emailaddress",
    "mfa_authenticator",
    "usersessions_usersession",
    "django_session",
    "core_outbox",
    "django_tasks_database_dbtaskresult",
}


def work_off() -> None:
    """Do what the worker does: tasks, mail, and what it forgets afterwards."""
    while background.run_ready(100, worker_id="test"):
        pass
    while outbox.deliver_due():
        pass
    background.forget_deleted_files()


@pytest.mark.parametrize("role", MAKERS)
def test_after_erasing_a_canary_is_found_nowhere(
    role: str, transactional_db: None, smtp_sink: SmtpSink, caplog: Any, capfd: Any
) -> None:
    make_user("admin@example.org", is_superuser=True)
    user = MAKERS[role](CANARY)
    address = user.email
    filled = fill(Subject.of(user), CANARY)
    assert "accounts.User.display_name" in filled
    while background.run_ready(100, worker_id="test"):
        pass  # the search index
    exports.request_export(user=user)
    before = found(CANARY)
    assert (EVERYBODY | EXPECTED[role]) - before == set()
    caplog.clear()
    capfd.readouterr()

    assert erasure.erase(user_id=user.pk)
    work_off()

    assert found(CANARY) == set()
    assert CANARY not in caplog.text
    captured = capfd.readouterr()
    assert CANARY not in captured.out + captured.err
    assert smtp_sink.recipients.count([address]) >= 1
    assert not erasure.erase(user_id=user.pk)  # twice is the same
