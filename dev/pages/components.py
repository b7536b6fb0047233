"""Every component alone, on invented content: light and dark, both directions, long names, empty states."""

from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from dev.pages.component_samples.contents import samples
from dev.pages.component_samples.words import ARABIC, ENGLISH


def components(request: HttpRequest) -> HttpResponse:
    """The components on one page.

    `?dir=rtl` shows them in Arabic, `?theme=dark` or `light` whatever the browser prefers, `?name=`
    one of them alone.
    """
    is_rtl = request.GET.get("dir") == "rtl"
    theme = request.GET.get("theme", "")
    name = request.GET.get("name", "")
    with translation.override("ar" if is_rtl else "en"):
        shown = [one for one in samples(ARABIC if is_rtl else ENGLISH) if name in ("", one.name)]
        if not shown:
            raise Http404
        context = {
            "groups": [(key, list(group)) for key, group in groupby(shown, key=lambda one: one.name)],
            "text_direction": "rtl" if is_rtl else "ltr",
            "composed": {one.name: one.html() for one in reversed(shown)} if not name else {},
            "words": ARABIC if is_rtl else ENGLISH,
            "theme": theme if theme in ("light", "dark") else "",
        }
        return render(request, "dev/components.html", context)
