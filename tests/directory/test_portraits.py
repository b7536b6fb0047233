"""Who can get at specialists' faces in the CMS: nobody but those who check, and they only in the place for it."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import ProtectedError
from django.test import Client
from django.urls import NoReverseMatch, reverse
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.snippets.models import get_snippet_models

from directory import services
from directory.models import Portrait, Specialist
from tests.directory.checking import opened, save
from tests.directory.profiles import make_draft, make_public, make_submitted, picture_file
from tests.factories.people import (
    log_in_to_cms,
    make_administrator,
    make_editor,
    make_moderator,
    make_superuser,
    make_translator,
)

pytestmark = pytest.mark.django_db
DIRECTORY = ("ar",)


def with_portrait(specialist: Specialist) -> Specialist:
    return services.set_portrait(specialist=specialist, by=specialist.user, file=picture_file())


def upload(kind: str = "JPEG", **options: Any) -> SimpleUploadedFile:
    return SimpleUploadedFile("me.jpg", picture_file(kind=kind, **options).read(), "image/jpeg")


@pytest.mark.parametrize("make", [make_editor, make_translator, make_administrator, make_superuser])
def test_no_screen_of_the_cms_has_portraits(client: Client, make: Any) -> None:
    specialist = with_portrait(make_submitted())
    user, portrait = make(), specialist.portrait
    assert portrait is not None
    log_in_to_cms(client, user)
    assert Portrait not in get_snippet_models()
    assert AdminURLFinder(user).get_edit_url(portrait) is None
    for name in ("wagtailimages:index", "wagtailimages_chooser:choose", "wagtailadmin_home"):
        shown = client.get(reverse(name)).content.decode()
        assert specialist.name not in shown or name == "wagtailadmin_home", name
        assert portrait.file.name not in shown, name
    for name in ("edit", "delete", "preview"):
        try:
            address = reverse(
                f"wagtailimages:{name}", args=[portrait.pk, *(["original"] * (name == "preview"))]
            )
        except NoReverseMatch:
            continue
        assert client.get(address).status_code in {302, 403, 404}, name
        assert client.post(address).status_code in {302, 403, 404, 405}, name
    assert client.get(f"/media/{portrait.file.name}").status_code == 404
    portrait.refresh_from_db()


@pytest.mark.parametrize("make", [make_editor, make_translator])
def test_editors_and_translators_can_not_change_a_face(client: Client, make: Any) -> None:
    specialist = make_draft()
    Specialist.objects.update(user=None)
    log_in_to_cms(client, make())
    address = reverse("specialists:edit", args=[specialist.pk])
    assert client.get(address).status_code in {302, 403, 404}
    assert client.post(address, {"new_portrait": upload()}).status_code in {302, 403, 404}
    specialist.refresh_from_db()
    assert specialist.portrait is None


def test_a_portrait_that_is_shown_can_not_be_deleted() -> None:
    specialist = with_portrait(make_draft())
    assert specialist.portrait is not None
    with pytest.raises(ProtectedError):
        specialist.portrait.delete()


def test_moderators_add_a_portrait_only_for_somebody_without_an_account(client: Client) -> None:
    moderator = make_moderator()
    specialist = make_public(moderator)
    log_in_to_cms(client, moderator)
    save(client, specialist, {**opened(client, specialist), "new_portrait": upload()})
    specialist.refresh_from_db()
    assert specialist.portrait is None
    Specialist.objects.update(user=None)
    answer = save(client, specialist, {**opened(client, specialist), "new_portrait": upload()})
    assert answer.status_code == 302, answer.context["form"].errors
    specialist.refresh_from_db()
    portrait = specialist.portrait
    assert portrait is not None
    assert (portrait.width, portrait.height) == (400, 400)
    assert "me" not in portrait.file.name


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("me.jpg", b"no picture", "image/jpeg"),
        SimpleUploadedFile("me.jpg", b"", "image/jpeg"),
        SimpleUploadedFile("me.jpg", picture_file(size=(100, 100)).read(), "image/jpeg"),
        SimpleUploadedFile("me.jpg", picture_file().read()[:-300], "image/jpeg"),
    ],
    ids=["text", "empty", "small", "truncated"],
)
def test_what_is_no_portrait_is_refused_beside_the_field(client: Client, file: SimpleUploadedFile) -> None:
    moderator = make_moderator()
    specialist = make_public(moderator)
    Specialist.objects.update(user=None)
    log_in_to_cms(client, moderator)
    answer = save(client, specialist, {**opened(client, specialist), "new_portrait": file})
    assert answer.status_code == 200
    assert answer.context["form"].errors["new_portrait"]
    specialist.refresh_from_db()
    assert specialist.portrait is None
