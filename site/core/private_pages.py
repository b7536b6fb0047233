"""Pages behind a link or a log-in: in no search engine, and their address goes nowhere."""

from django.http import HttpResponse


def private(response: HttpResponse) -> HttpResponse:
    """Give a page that only its owner should know of the headers that keep it so.

    The address has a token in it, or names what is private.
    """
    # Not `no-referrer`: Chromium then sends `Origin: null` with the form, which the CSRF check refuses.
    response["Referrer-Policy"] = "strict-origin"
    return unlisted(response)


def unlisted(response: HttpResponse) -> HttpResponse:
    """Keep a page that anybody may open out of search engines, and the pages that it links to."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
