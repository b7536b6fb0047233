"""Pictures with the facts a licence asks for; and what every kind of picture has, wherever it is kept."""

from functools import cache
from typing import Any

import structlog
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    Filter,
    SourceImageIOError,
    WagtailImageField,
    WagtailImageFieldFile,
    get_upload_to,
)
from wagtail.images.models import Image as WagtailImage

from core.logs import describe
from core.page_cache.process import cache as page_cache
from core.page_cache.reading import NOT_KEPT, current, reading
from core.page_cache.tags import Kind, kinds
from core.pictures.files import random_name, rewritten

logger = structlog.get_logger(__name__)

MOST_NOTED = 10_000
_noted: set[tuple[str, Any]] = set()

# The fields that a picture's sizes are found and shown by.
READ_FOR_SIZES = (
    *("file", "width", "height"),
    *("focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height"),
)


@cache  # of the dozen in our templates: reading one takes longer than finding its rendition
def size(spec: str) -> Filter:
    """Wagtail's filter, such as `fill-640x400|format-webp`."""
    return Filter(spec=spec)


def note_unreadable(picture: "BasePicture", error: SourceImageIOError) -> None:
    """Say once, in each process, that pages leave a picture out, and why."""
    key = (picture._meta.label, picture.pk)
    if key in _noted:
        return
    if len(_noted) >= MOST_NOTED:
        _noted.clear()
    _noted.add(key)
    logger.error(
        "picture_left_out", picture=picture.pk, model=key[0], error=describe(error.__cause__ or error)
    )


class RewrittenFieldFile(WagtailImageFieldFile):
    """Whatever way a file comes, it is written anew before it is stored."""

    def save(self, name: str, content: Any, save: bool = True) -> None:
        """Store the picture in `content`; `name` isn't kept. Raises core.pictures.files.NotAPicture."""
        file = rewritten(content)
        if not isinstance(content, UploadedFile):  # whose request closes it; Wagtail leaves a stored one open
            content.close()
        super().save(file.name, file, save=save)


class RewrittenImageField(WagtailImageField):
    attr_class = RewrittenFieldFile


class BasePicture(AbstractImage):
    """A picture whose original is nobody's to download: readers get it in sizes, under names of their own."""

    file = RewrittenImageField(
        verbose_name=_("file"), upload_to=get_upload_to, width_field="width", height_field="height"
    )

    folder = "pictures"

    class Meta(AbstractImage.Meta):
        abstract = True

    def get_upload_to(self, filename: str) -> str:
        """Under a name that nobody can guess, whatever `filename` is."""
        return f"{self.folder}/{random_name()}"

    def _set_image_file_metadata(self) -> None:
        """As Wagtail's, which leaves the stored file open."""
        super()._set_image_file_metadata()
        self.file.close()

    @classmethod
    def page_tag(cls) -> Kind:
        """What pages that show a picture of this kind depend on, with its number."""
        return kinds[cls._meta.model_name or ""]

    def in_sizes(self, *specs: str) -> list[Any]:
        """Its renditions for these of Wagtail's filters. Empty if it has been erased, or its file can't be read."""

        def read() -> list[Any]:
            with reading(self.page_tag()(self.pk)):
                return list(self.get_renditions(*map(size, specs)).values())

        around = current()
        try:
            # The picture itself was read before.
            return page_cache.remembered(
                ("sizes", self._meta.label, self.pk, specs), read, since=around.since if around else NOT_KEPT
            )
        except type(self).DoesNotExist:
            return []
        except SourceImageIOError as error:
            note_unreadable(self, error)
            return []

    def get_rendition(self, filter: Any) -> Any:  # noqa: A002 - Wagtail names it so
        """As Wagtail's; of a file that can't be read one that shows as missing, since its screens ask without care."""
        try:
            return super().get_rendition(filter)
        except SourceImageIOError as error:
            note_unreadable(self, error)
            missing = self.get_rendition_model()(image=self, width=0, height=0)
            missing.file.name = "not-found"
            return missing

    def create_rendition(self, filter: Any) -> Any:  # noqa: A002 - Wagtail names it so
        """As Wagtail's, with the picture held until the row is there. Raises DoesNotExist if it has been erased.

        Otherwise the file of a size would stay without a row when the picture is erased meanwhile, or when two
        requests make it at once: nothing would ever erase that file, and it would still be served.
        """
        with transaction.atomic():
            self._hold()
            return self._readable(super().create_rendition, filter)

    def create_renditions(self, *filters: Any) -> Any:
        """Several at once, held in the same way."""
        if not filters:
            return {}
        with transaction.atomic():
            self._hold()
            return self._readable(super().create_renditions, *filters)

    def _readable(self, make: Any, *filters: Any) -> Any:
        """Raises SourceImageIOError, for which Wagtail shows that there is no picture, if the file can't be read."""
        try:
            return make(*filters)
        except (DatabaseError, SourceImageIOError, InvalidFilterSpecError):
            raise
        except (
            Exception
        ) as error:  # Pillow's decoders raise almost anything for a broken file, and disks are full
            raise SourceImageIOError(str(error)) from error

    def _hold(self) -> None:
        type(self)._base_manager.select_for_update(no_key=True).get(pk=self.pk)


class BaseRendition(AbstractRendition):
    """One size of a picture. Its name tells neither the original's nor another size's."""

    class Meta:
        abstract = True

    def get_upload_to(self, filename: str) -> str:
        """Under a name that nobody can guess, whatever `filename` is."""
        return f"images/{random_name()}"


class Picture(BasePicture):
    """A picture of the library. What it shows is said where it is used, in that page's language."""

    credit = models.CharField(_("credit"), max_length=120, blank=True, help_text=_("Who made it."))
    licence = models.CharField(_("licence"), max_length=60, blank=True, help_text=_("For example: CC0 1.0."))

    admin_form_fields = (*WagtailImage.admin_form_fields, "credit", "licence")

    class Meta(BasePicture.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        permissions = [("choose_image", "Can choose image")]


class PictureRendition(BaseRendition):
    """A picture in one size and format."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)
