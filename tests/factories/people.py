"""People with a role in the CMS."""

from django.contrib.auth.models import Group

from accounts.models import User
from accounts.roles import EDITORS, MODERATORS, ensure_roles, translators


def make_user(email: str = "somebody@attune.example", *groups: str, **fields: object) -> User:
    """A user in these groups, who can log in only by force."""
    user = User.objects.create_user(email, **fields)
    if groups:
        ensure_roles()
        user.groups.set(Group.objects.filter(name__in=groups))
    return user


def make_translator(language_code: str = "uk") -> User:
    return make_user(f"{language_code}@attune.example", translators(language_code), is_staff=True)


def make_editor() -> User:
    return make_user("editor@attune.example", EDITORS, is_staff=True)


def make_moderator() -> User:
    return make_user("moderator@attune.example", MODERATORS, is_staff=True)


def make_administrator() -> User:
    return User.objects.create_superuser("admin@attune.example")
