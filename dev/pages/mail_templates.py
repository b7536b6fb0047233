"""For development alone: every mail that the site can write, in each language. Nothing is written or sent."""

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin

from dev.pages.mail import framed
from dev.pages.mail_samples.contents import samples


def sample_or_404(name: str, language: str) -> EmailMultiAlternatives:
    if name not in samples() or language not in dict(settings.LANGUAGES):
        raise Http404
    return samples()[name](language)


def dev_mails(request: HttpRequest) -> HttpResponse:
    """Their subjects."""
    languages = list(dict(settings.LANGUAGES))
    mails = [
        {"name": name, "subjects": {language: sample(language).subject for language in languages}}
        for name, sample in samples().items()
    ]
    return render(request, "dev/mails.html", {"mails": mails, "languages": languages})


@csp_replace({"frame-src": [SELF]})
def dev_mails_one(request: HttpRequest, name: str, language: str) -> HttpResponse:
    """One of them: text and HTML."""
    context = {
        "mail": sample_or_404(name, language),
        "name": name,
        "language": language,
        "languages": list(dict(settings.LANGUAGES)),
    }
    return render(request, "dev/mails_one.html", context)


@xframe_options_sameorigin
def dev_mails_html(request: HttpRequest, name: str, language: str) -> HttpResponse:
    """The HTML, for the frame."""
    return framed(str(sample_or_404(name, language).alternatives[0][0]))
