"""What specialists are described by, translated as snippets."""

from django.utils.translation import gettext_lazy as _

from core.models import Term


class Profession(Term):
    """A professional title, as a register knows it."""

    class Meta(Term.Meta):
        verbose_name = _("profession")
        verbose_name_plural = _("professions")


class Method(Term):
    """A way of working."""

    class Meta(Term.Meta):
        verbose_name = _("method")
        verbose_name_plural = _("methods")


class ClientGroup(Term):
    """Whom a specialist works with."""

    class Meta(Term.Meta):
        verbose_name = _("client group")
        verbose_name_plural = _("client groups")


class Place(Term):
    """A city where people can be seen in person."""

    class Meta(Term.Meta):
        verbose_name = _("place")
        verbose_name_plural = _("places")
