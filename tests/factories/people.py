"""People with a role in the CMS."""

import time
from typing import Any

from allauth.account.internal.flows import login
from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.auth.models import Group
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from accounts.models import User
from accounts.roles import ADMINISTRATORS, EDITORS, MODERATORS, ensure_roles, translators


def make_user(email: str = "somebody@attune.example", *groups: str, **fields: Any) -> User:
    """A user in these groups, who can log in only by force."""
    user = User.objects.create_user(email, **fields)
    if groups:
        ensure_roles()
        user.groups.set(Group.objects.filter(name__in=groups))
    return user


def make_translator(language_code: str = "uk") -> User:
    return make_user(f"{language_code}@attune.example", translators(language_code))


def make_editor() -> User:
    return make_user("editor@attune.example", EDITORS)


def make_moderator() -> User:
    return make_user("moderator@attune.example", MODERATORS)


def make_administrator() -> User:
    return make_user("administrator@attune.example", ADMINISTRATORS)


def make_superuser() -> User:
    return User.objects.create_superuser("admin@attune.example")


def make_passkey(user: User) -> Authenticator:
    """A passkey of `user` that is as good as any, but that no device has."""
    public_key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    credential = AttestedCredentialData.create(Aaguid.NONE, b"attune", public_key)
    data = AuthenticatorData.create(bytes(32), AuthenticatorData.FLAG.AT, 0, credential)
    return WebAuthn.add(
        user,
        "Key",
        {
            "rawId": websafe_encode(b"attune"),
            "response": {
                "clientDataJSON": websafe_encode(
                    b'{"type": "webauthn.create", "challenge": "", "origin": ""}'
                ),
                "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
            },
        },
    ).instance


def log_in_with_factor(client: Client, user: User) -> None:
    """Log `user` in, with a second factor shown just now, as the CMS and specialists' own pages ask."""
    client.force_login(user)
    session = client.session
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": time.time()}]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(user)
    session.save()


log_in_to_cms = log_in_with_factor  # what tests of the CMS call it
