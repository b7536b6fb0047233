"""Adding pictures to the library: what is no picture is refused beside the field, whichever screen it came through."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.http.response import JsonResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm
from wagtail.images.views.multiple import AddView

from core.pictures.files import rewritten

BROKEN = _(
    "This picture can’t be read. Choose a JPEG, PNG or WebP with at most 25 million pixels, or save it again and "
    "try once more."
)
NO_FILE = _("Choose a picture.")


class PictureFileField(WagtailImageField):
    """Reads the whole picture, where Wagtail's looks at its first lines, and hands on what will be stored."""

    def to_python(self, data: Any) -> Any:
        try:
            file = super().to_python(data)
            return None if file is None else rewritten(file)
        except ValidationError:
            raise
        except Exception as error:  # Wagtail's own checks fail in many ways for a broken file
            raise ValidationError(BROKEN, code="invalid_image") from error


class PictureForm(BaseImageForm):
    """The form of all screens that add or change a picture (the setting WAGTAILIMAGES_IMAGE_FORM_BASE)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("file"):
            self.fields["file"] = PictureFileField(
                label=field.label, required=field.required, widget=field.widget
            )


class AddPicturesView(AddView):
    """Several at once. Upstream keeps files as they came while something else is missing; here none is."""

    def post(self, request: HttpRequest) -> HttpResponseBase:
        file: Any = request.FILES.get("files[]")
        try:
            cleaned = PictureFileField(error_messages={"required": NO_FILE}).clean(file)
        except ValidationError as error:
            return JsonResponse({"success": False, "error_message": "\n".join(error.messages)})
        title = str(request.POST.get("title") or file.name)
        longest = self.model._meta.get_field("title").max_length
        post = request.POST.copy()
        post["title"] = title[:longest]
        request.POST = post  # type: ignore[assignment]  # as forms take it
        request.FILES["files[]"] = cleaned
        return super().post(request)


def admin_urls() -> list[URLPattern]:
    """Upstream's address with our screen."""
    return [path("images/multiple/add/", AddPicturesView.as_view())]
