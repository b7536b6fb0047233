"""Pictures with the facts a licence asks for."""

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.images.models import Image as WagtailImage


class Picture(AbstractImage):
    """A picture of the library. What it shows is said where it is used, in that page's language."""

    credit = models.CharField(_("credit"), max_length=120, blank=True, help_text=_("Who made it."))
    licence = models.CharField(_("licence"), max_length=60, blank=True, help_text=_("For example: CC0 1.0."))

    admin_form_fields = (*WagtailImage.admin_form_fields, "credit", "licence")

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        permissions = [("choose_image", "Can choose image")]

    def create_rendition(self, filter: Any) -> Any:  # noqa: A002 - Wagtail names it so
        """As Wagtail's, with the picture held until the row is there. Raises DoesNotExist if it has been erased.

        Otherwise the file of a size would stay without a row when the picture is erased meanwhile, or when two
        requests make it at once: nothing would ever erase that file, and it would still be served.
        """
        with transaction.atomic():
            self._hold()
            return super().create_rendition(filter)

    def create_renditions(self, *filters: Any) -> Any:
        """Several at once, held in the same way."""
        if not filters:
            return {}
        with transaction.atomic():
            self._hold()
            return super().create_renditions(*filters)

    def _hold(self) -> None:
        Picture.objects.select_for_update(no_key=True).get(pk=self.pk)


class PictureRendition(AbstractRendition):
    """A picture in one size and format."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)
