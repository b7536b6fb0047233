"""Specialists' faces."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models.pictures import BasePicture, BaseRendition


class Portrait(BasePicture):
    """A specialist's picture of themselves. Not the library's: no screen of the CMS lists, offers or changes it.

    It belongs to the specialist who points at it, is replaced by them alone (services.set_portrait), and is erased
    with what replaced it.
    """

    # What only the library has. Nobody searches faces either.
    collection = None
    tags = None
    uploaded_by_user = None
    search_fields: list[object] = []

    folder = "portraits"

    class Meta(BasePicture.Meta):
        verbose_name = _("portrait")
        verbose_name_plural = _("portraits")
        default_permissions = ()
        permissions: list[tuple[str, str]] = []


class PortraitRendition(BaseRendition):
    """A portrait in one size and format."""

    image = models.ForeignKey(Portrait, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)
        default_permissions = ()
