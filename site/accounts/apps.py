from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate, post_save
from django.http import HttpRequest

from core.users import User


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Count limits in the shared cache; note a new second factor in its session; make the roles when it is time."""
        from allauth.account.internal.flows.login import record_authentication
        from allauth.account.signals import email_confirmed, user_logged_in
        from allauth.core.internal import ratelimit
        from allauth.mfa.models import Authenticator
        from allauth.mfa.signals import authenticator_added, authenticator_removed
        from allauth.mfa.totp.internal import auth as totp
        from wagtail.models import get_page_models

        from accounts import devices, reauthentication, roles, second_factors, security_log
        from accounts.limits import UsedCodes, consume_single_rate, limits
        from accounts.rights import RIGHTS
        from accounts.roles import ensure_language, ensure_roles
        from accounts.sessions import begin, forget_factor
        from core import secret_keys
        from core.limits import network_of

        # allauth knows Django's default cache alone, which is each process's own (tests/accounts/test_limits.py).
        ratelimit.cache = limits
        ratelimit.get_cache_key = devices.cache_key
        ratelimit.get_ip = network_of  # which takes ::ffff:192.0.2.1 for what it is
        ratelimit._consume_single_rate = consume_single_rate
        totp.cache = UsedCodes()
        reauthentication.apply()
        second_factors.apply()
        secret_keys.register(second_factors.SECOND_FACTORS)
        roles.register(RIGHTS)

        def remember_factor(
            request: HttpRequest, user: User, authenticator: Authenticator, **_kwargs: Any
        ) -> None:
            """Whoever has just shown that they hold the new factor needn't show it again to go on."""
            if authenticator.type != Authenticator.Type.RECOVERY_CODES:
                record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)

        def drop_strangers_password(request: HttpRequest | None, email_address: Any, **_kwargs: Any) -> None:
            """Whoever signed up with the address never showed that it was theirs; its owner has, by a code.

            The password may be a stranger's, who could come in with it beside the owner. A new one can be set.
            """
            match = request.resolver_match if request else None
            if match and match.url_name == "account_confirm_login_code":
                email_address.user.set_unusable_password()
                email_address.user.save(update_fields=["password"])

        def make_roles(sender: AppConfig, **kwargs: Any) -> None:
            """Django makes each app's permissions after migrating it: the roles come after the last one's."""
            migrated = "plan" in kwargs  # the signal is also sent when a database has been emptied
            if (
                migrated
                and sender is [config for config in apps.get_app_configs() if config.models_module][-1]
            ):
                ensure_roles()

        def give_tree(instance: Any, created: bool, raw: bool, **_kwargs: Any) -> None:
            """A language's people may work in it as soon as it has a front page."""
            if created and not raw and instance.depth == 2:
                ensure_language(instance.locale.language_code)

        authenticator_added.connect(remember_factor, weak=False, dispatch_uid="remember_factor")
        authenticator_removed.connect(forget_factor, dispatch_uid="forget_factor")
        email_confirmed.connect(drop_strangers_password, weak=False, dispatch_uid="drop_strangers_password")
        user_logged_in.connect(begin, dispatch_uid="begin_session")
        user_logged_in.connect(devices.remember, dispatch_uid="remember_device")
        security_log.connect()
        post_migrate.connect(make_roles, weak=False, dispatch_uid="make_roles")
        for model in get_page_models():
            post_save.connect(give_tree, sender=model, weak=False, dispatch_uid=f"give_tree:{model.__name__}")
