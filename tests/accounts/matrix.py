"""Every address of the site, and what somebody of each role gets there. The expectations are in matrix.toml."""

import re
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.account.internal.userkit import user_id_to_str
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.images import get_image_model
from wagtail.models import Collection, Locale, ReferenceIndex, Site, Task, Workflow
from wagtail_localize.models import OverridableSegment, StringSegment, Translation

from accounts.models import DataExport, User
from accounts.roles import ADMINISTRATORS, EDITORS, MODERATORS, translators
from articles.models import ArticlePage, Person
from booking import feeds, tokens
from booking.models import ActionToken, Schedule
from core.models import DangerPhrase, Helpline, Menu, Topic, WorkerHeartbeat
from directory.models import ClientGroup, Method, Place, Profession, ProfileReport, Specialist
from directory.tokens import availability_token
from moderation.models import BlockedAddress
from tests.factories.accounts import UserFactory
from tests.factories.booking import BookingFactory
from tests.factories.people import make_passkey

FILE = Path(__file__).parent / "matrix.toml"
ROLES = ["X", "A", "B", "S", "T", "E", "M", "L", "D", "R"]  # who they are is told in matrix.toml
GROUPS = {"E": EDITORS, "M": MODERATORS, "L": translators("uk"), "D": ADMINISTRATORS}
METHODS = ["get", "post"]
PAGES = "<lang>/"
LANGUAGE = "en"
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
NOBODYS = 999_999_999  # the number of nothing
# What is kept about sessions and limits changes with every request, whoever makes it.
BOOKKEEPING = re.compile(
    r'^(?:INSERT INTO|UPDATE|DELETE FROM) "?(?:django_session|accounts_limits|usersessions_)'
)
WRITING = re.compile(r"^(?:INSERT|UPDATE|DELETE|TRUNCATE|MERGE)\b")


# --- The file -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """What each role gets at some addresses, in the order of ROLES."""

    what: str
    get: list[str]
    post: list[str]
    urls: list[str]


def rows() -> list[Row]:
    """The rows of matrix.toml."""
    data = tomllib.loads(FILE.read_text())
    return [
        Row(row["what"], row["get"].split(), row.get("post", row["get"]).split(), row["urls"])
        for row in data["row"]
    ]


def expected(role: str, method: str) -> dict[str, str]:
    """What a role gets by route."""
    column = ROLES.index(role)
    return {url: getattr(row, method)[column] for row in rows() for url in row.urls}


# --- The addresses --------------------------------------------------------------------------------------------


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """Every pattern of the site from its start, as the resolver tries them; `<lang>/` stands for any language.

    A pattern that comes twice is one address: the first view answers.
    """
    if resolver is None:
        yield from dict.fromkeys(routes(get_resolver()))
        return
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield prefix + str(pattern.pattern)
        elif not prefix and str(pattern.pattern) == f"{LANGUAGE}/":
            yield from routes(pattern, PAGES)
        else:
            yield from routes(pattern, prefix + str(pattern.pattern))


def address(route: str, cast: "Cast") -> str:
    """An address that `route` matches, of an object of the cast."""
    if route in cast.addresses:
        return "/" + cast.addresses[route].replace(PAGES, f"{LANGUAGE}/")
    path = re.sub(r"[\^$]", "", route).replace(PAGES, f"{LANGUAGE}/")
    return "/" + PARAMETER.sub(lambda match: str(cast.argument(route, match[1])), path)


# --- Who and what there is ------------------------------------------------------------------------------------


class Cast:
    """Somebody of each role, and one of everything there can be."""

    def __init__(self) -> None:
        # A worker, for as long as a test may take: without one `/readyz/` is a 503.
        WorkerHeartbeat.objects.create(worker="here", seen_at=timezone.now() + timedelta(days=1))
        self.people = {
            "A": UserFactory(email="a@example.org"),
            "B": UserFactory(email="b@example.org"),
            **dict(zip("ST", self.specialists(), strict=True)),
            **{role: self.staff(role, group) for role, group in GROUPS.items()},
            "R": UserFactory(email="r@example.org", superuser=True),
        }
        for user in self.people.values():
            EmailAddress.objects.get_or_create(user=user, email=user.email, verified=True, primary=True)
        self.passkey = make_passkey(self.people["A"])
        for one in [*Specialist.objects.all(), *ArticlePage.objects.all()]:
            ReferenceIndex.create_or_update_for_object(one)  # otherwise the worker's task

    @staticmethod
    def staff(role: str, group: str) -> User:
        user = UserFactory(email=f"{role.lower()}@example.org")
        user.groups.add(Group.objects.get(name=group))
        return user

    @staticmethod
    def specialists() -> list[User]:
        """The accounts of two specialists."""
        found = list(Specialist.objects.published().order_by("pk")[:2])
        for number, specialist in enumerate(found):
            specialist.user = UserFactory(email=f"specialist{number}@example.org")
            specialist.save()
        return [specialist.user for specialist in found]

    @cached_property
    def token(self) -> str:
        """The link of A's booking with S."""
        schedule = Schedule.objects.get(specialist__user=self.people["S"])
        start = (timezone.now() + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
        booking = BookingFactory(schedule=schedule, starts_at=start, client_email="a@example.org")
        return tokens.issue(booking, ActionToken.Purpose.CLIENT)

    @staticmethod
    def blocked() -> BlockedAddress:
        """An address of nobody here."""
        return BlockedAddress.objects.create(mailbox_key=b"nobody", masked="n…@example.org", reason="Rude")

    @cached_property
    def report(self) -> ProfileReport:
        """What a visitor reported about S."""
        specialist = Specialist.objects.get(user=self.people["S"])
        return ProfileReport.objects.create(specialist=specialist, kind="other", text="Something")

    def export_of_a(self) -> DataExport:
        """A copy that A may download."""
        return DataExport.objects.create(
            user=self.people["A"],
            requested_at=timezone.now(),
            expires_at=timezone.now() + timedelta(hours=1),
            content=b"a zip",
        )

    def session_of_a(self) -> UserSession:
        """Another device of A's."""
        return UserSession.objects.create(
            user=self.people["A"], ip="::1", session_key="another-device-of-a", user_agent="Firefox"
        )

    @cached_property
    def route_arguments(self) -> list[tuple[str, dict[str, Any]]]:
        """Arguments by the beginning of the route; the first that fits is taken."""
        article = ArticlePage.objects.filter(locale__language_code="en").first()
        translation = Translation.objects.filter(
            source__object_id=article.translation_key, target_locale__language_code="uk"
        ).get()
        topic = Topic.objects.filter(locale__language_code="en").first()
        collection = Collection.get_first_root_node().add_child(instance=Collection(name="Portraits"))
        workflow, task = Workflow.objects.first(), Task.objects.first()
        picture = get_image_model().objects.first()
        a_topic = {"app_label": "core", "model_name": "topic", "pk": topic.pk}
        snippets = {
            f"cms/snippets/{place}/{model._meta.app_label}/{model._meta.model_name}/".replace("//", "/"): {
                "pk": model.objects.order_by("pk").first().pk
            }
            for model in (Topic, Menu, Helpline, DangerPhrase, Person, Profession, Method, ClientGroup, Place)
            for place in ("", "choose")
        }
        return [
            ("cms/api/main/^images/", {"pk": picture.pk}),
            ("cms/api/main/^pages/", {"pk": article.pk, "action_name": "unpublish"}),
            (
                "cms/bulk/<str:app_label>/",
                {"app_label": "wagtailcore", "model_name": "page", "action": "unpublish"},
            ),
            ("cms/bulk/accounts/", {"action": "delete"}),
            ("cms/api/main/^documents/", {"pk": NOBODYS}),
            ("cms/documents/", {"pk": NOBODYS}),
            ("cms/pages/workflow/", {"action_name": "approve", "task_id": task.pk}),
            ("cms/pages/create/", {"app_label": "articles", "model_name": "articlepage"}),
            ("cms/tag-autocomplete/", {"app_name": "taggit", "model_name": "tag"}),
            ("cms/collections/", {"pk": collection.pk, "collection_id": collection.pk}),
            ("cms/workflows/tasks/add/", {"app_label": "wagtailcore", "model_name": "groupapprovaltask"}),
            ("cms/workflows/tasks/", {"pk": task.pk}),
            ("cms/workflows/", {"pk": workflow.pk, "workflow_pk": workflow.pk, "task_id": task.pk}),
            (
                "cms/editing-sessions/",
                {"app_label": "wagtailcore", "model_name": "page", "object_id": article.pk},
            ),
            ("cms/localize/translate/", self.segments(translation)),
            ("cms/localize/", {**a_topic, "translation_source_id": translation.source_id}),
            ("cms/settings/", {"app_name": "core", "model_name": "topic", "pk": NOBODYS}),
            ("cms/images/chooser/", {"pk": picture.pk}),
            ("cms/images/", {"image_id": picture.pk, "filter_spec": "max-100x100"}),
            *snippets.items(),
            ("cms/profile_reports/", {"pk": self.report.pk}),
            ("cms/choose-specialist/", {"pk": Specialist.objects.get(user=self.people["S"]).pk}),
            ("cms/specialists/", {"pk": Specialist.objects.get(user=self.people["S"]).pk}),
            ("cms/schedules/", {"pk": Schedule.objects.get(specialist__user=self.people["S"]).pk}),
            ("cms/bookings/", {"pk": tokens.find(self.token).booking.pk}),
            ("cms/blocked-addresses/", {"pk": self.blocked().pk}),
            ("cms/locales/", {"pk": Locale.objects.get(language_code="de").pk}),
            ("cms/sites/", {"pk": Site.objects.get().pk}),
            ("cms/users/", {"pk": self.people["A"].pk}),
            ("cms/groups/", {"pk": Group.objects.get(name="Editors").pk}),
            (
                "cms/redirects/",
                {"redirect_id": Redirect.objects.create(old_path="/old", redirect_link="/en/").pk},
            ),
            ("<lang>/availability/", {"token": availability_token(self.report.specialist)}),
            ("<lang>/account/data/copy/", {"pk": self.export_of_a().pk}),
            ("<lang>/account/sessions/", {"pk": self.session_of_a().pk}),
            ("<lang>/account/specialist/profile/", {"language": LANGUAGE}),
            ("<lang>/account/specialist/", {"uid": tokens.find(self.token).booking.uid}),
            ("<lang>/account/", {"pk": self.passkey.pk}),
            ("calendar/", {"token": feeds.renew(self.people["S"]).split("/")[-1].removesuffix(".ics")}),
            (
                "",
                {
                    "page_id": article.pk,
                    "page_pk": article.pk,
                    "page_to_move_id": article.pk,
                    "parent_page_id": article.get_parent().pk,
                    "destination_id": article.get_parent().get_parent().pk,
                    "content_type_app_name": "articles",
                    "content_type_model_name": "articlepage",
                    "revision_id": article.save_revision().pk,
                    "slug": Specialist.objects.get(user=self.people["S"]).slug,
                    "token": self.token,
                    "uidb64": "MQ",
                    # There is none of these:
                    "session_id": NOBODYS,
                    "task_state_id": NOBODYS,
                    "workflow_state_id": NOBODYS,
                    "uploaded_file_id": NOBODYS,
                    "document_id": NOBODYS,
                    "doc_id": NOBODYS,
                    "page_view_restriction_id": NOBODYS,
                },
            ),
        ]

    @staticmethod
    def segments(translation: Translation) -> dict[str, Any]:
        source = translation.source
        overridable = OverridableSegment.objects.filter(source=source).first()
        return {
            "translation_id": translation.pk,
            "string_segment_id": StringSegment.objects.filter(source=source).first().pk,
            "overridable_segment_id": overridable.pk if overridable else NOBODYS,
            "mode": "default",
        }

    @cached_property
    def addresses(self) -> dict[str, str]:
        """Addresses of patterns that are regular expressions, or need more than arguments."""
        picture = get_image_model().objects.first()
        (size,) = picture.in_sizes("width-400")  # one that the pages have made already
        article = ArticlePage.objects.filter(locale__language_code="en").first()
        chosen = "chosen-multiple/"
        multiple = {
            f"cms/snippets/choose/{one._meta.app_label}/{one._meta.model_name}/{chosen}": one
            for one in [
                model.objects.first()
                for model in (
                    Topic,
                    Menu,
                    Helpline,
                    DangerPhrase,
                    Person,
                    Profession,
                    Method,
                    ClientGroup,
                    Place,
                )
            ]
        }
        return {
            **{route: f"{route}?id={one.pk}" for route, one in multiple.items()},
            f"cms/choose-page/{chosen}": f"cms/choose-page/{chosen}?id={article.pk}",
            f"cms/images/chooser/{chosen}": f"cms/images/chooser/{chosen}?id={picture.pk}",
            "cms/bulk/<str:app_label>/<str:model_name>/<str:action>/": (
                f"cms/bulk/wagtailcore/page/unpublish/?id={article.pk}"
            ),
            "cms/pages/^(?P<pk>\\d+)/revisions/compare/(?P<revision_id_a>live|earliest|\\d+)"
            "\\.\\.\\.(?P<revision_id_b>live|latest|\\d+)/$": (
                f"cms/pages/{article.pk}/revisions/compare/earliest...latest/"
            ),
            "cms/^pages/(?P<pk>\\d+)/revisions/compare/(?P<revision_id_a>live|earliest|\\d+)"
            "\\.\\.\\.(?P<revision_id_b>live|latest|\\d+)/$": (
                f"cms/pages/{article.pk}/revisions/compare/earliest...latest/"
            ),
            "cms/^.*/$": "cms/nothing/",
            "cms/^images/\\d+/(?:preview|generate_url)/": f"cms/images/{picture.pk}/preview/",
            "cms/^api/main/pages/\\d+/action/": f"cms/api/main/pages/{article.pk}/action/unpublish/",
            "cms/^(?:failwhale|test404)/$": "cms/failwhale/",
            "cms/^(?:documents|bulk/wagtaildocs|embeds|api/main/(?:documents|images))/": "cms/documents/1/",
            "^media/(?P<path>.*)$": f"media/{size.file.name}",
            "<lang>/account/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": (
                "<lang>/account/password/reset/key/1-nothing/"
            ),
            "<lang>/_util/authenticate_with_password/<path:rest>": "<lang>/_util/authenticate_with_password/1/1/",
            "<lang>/^((?:[\\w\\-]+/)*)$": "<lang>/articles/",
        }

    def argument(self, route: str, name: str) -> Any:
        """The value of a route's parameter. A new kind of route needs a line in `route_arguments`."""
        for beginning, values in self.route_arguments:
            if route.startswith(beginning) and name in values:
                return values[name]
        raise LookupError(f"{route}: nothing to put in place of <{name}>; see Cast.route_arguments")


# --- Asking ---------------------------------------------------------------------------------------------------


def logged_in(user: User | None) -> Client:
    """A browser that `user` has just logged in with, password and second factor; a stranger's for nobody."""
    client = Client()
    if user is not None:
        client.force_login(user)
        session = client.session
        now = time.time()
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [
            {"method": "password", "at": now, "reauthenticated": True},
            {"method": "mfa", "at": now, "reauthenticated": True},
        ]
        session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(user)
        session.save()
    return client


@dataclass
class Answer:
    """What came of one request: the code of matrix.toml, and what it wrote into the database."""

    code: str
    written: list[str]


def ask(client: Client, method: str, path: str) -> Answer:
    """Send one request, with an empty body, and take back whatever it changed."""
    written: list[str] = []
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    asking = Client(raise_request_exception=False)
    asking.cookies.load(cookies)

    def note(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if WRITING.match(str(sql)) and not BOOKKEEPING.match(str(sql)):
            written.append(str(sql)[:120])
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(note):
        response = getattr(asking, method)(path)
        if response.streaming:
            response.getvalue()  # reads and closes the file
        transaction.set_rollback(True)
    return Answer(code_of(response, path, is_stranger=not cookies, wrote=bool(written)), written)


def code_of(response: Any, path: str, *, is_stranger: bool, wrote: bool) -> str:
    """The outcome in a word, as matrix.toml explains them."""
    status = response.status_code
    if 300 <= status < 400:
        target = response["Location"].split("?")[0]
        doors = [reverse("account_login"), reverse("cms_login")]
        if is_stranger:
            gate_kept_it = target == path.split("?")[0]
            return "in" if target in doors or gate_kept_it else "go"
        cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
        logged_out = cookie is not None and not cookie.value
        refused = target in [*doors, reverse("wagtailadmin_home")] and not (wrote or logged_out)
        return "no" if refused else "go"
    if any(template.name == "account/login_required.html" for template in response.templates):
        return "in"
    if 200 <= status < 300:
        return "ok"
    if status in {403, 404}:
        return {403: "no", 404: "gone"}[status]
    return "bad" if status < 500 else "err"
