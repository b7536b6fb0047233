"""The people who log in."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.i18n.zones import validate_time_zone
from core.mail.addresses import canonical_address, masked_address


class UserManager(BaseUserManager["User"]):
    """Users by e-mail address; addresses are compared as `core.names.canonical_address` writes them."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=canonical_address(username or ""))

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """A user with this address, normalised. Without a password they can't log in by one."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=canonical_address(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody with an account. The e-mail address is the user name."""

    email = models.EmailField(_("e-mail address"), unique=True)
    display_name = models.CharField(_("display name"), max_length=80, blank=True)
    language = models.CharField(
        _("language"), max_length=12, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    is_active = models.BooleanField(_("active"), default=True)
    muted = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("unwanted notifications"),
        default=list,
        blank=True,
        help_text=_("Names of kinds of accounts.notifications; all others are sent."),
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_unique"),
            # The part of `canonical_address` that a database can see.
            models.CheckConstraint(
                condition=Q(email__regex=r"^[!-~]+@[a-z0-9.-]+$", email=Lower("email")),
                name="accounts_user_email_canonical",
            ),
        ]

    def __str__(self) -> str:
        """For colleagues: Wagtail lists people in reports and histories, and addresses are nobody's business there."""
        return self.display_name or masked_address(self.email)

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return self.display_name or self.email.split("@")[0].replace(
            ".", " "
        )  # with dots it would look like a link

    # Wagtail's CMS and its user screens ask for these two names.
    @property
    def first_name(self) -> str:
        return self.display_name

    @property
    def last_name(self) -> str:
        return ""
