"""EMAIL_URL."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection

from config.settings.mail import outgoing_mail


@pytest.mark.parametrize(
    ("url", "port", "use_tls", "use_ssl"),
    [
        ("smtp://mail.example.org", 25, False, False),
        ("smtp+tls://me:p%40ss@mail.example.org", 587, True, False),
        ("smtp+ssl://me:p%40ss@mail.example.org", 465, False, True),
        ("smtp+tls://me:p%40ss@mail.example.org:2525", 2525, True, False),
    ],
)
def test_a_mail_server_is_one_url(url: str, port: int, use_tls: bool, use_ssl: bool) -> None:
    backend, options = outgoing_mail(url)
    server = get_connection(backend, **options)
    assert (server.host, server.port) == ("mail.example.org", port)
    assert (server.use_tls, server.use_ssl) == (use_tls, use_ssl)
    assert (server.username, server.password) == (("me", "p@ss") if "me:" in url else ("", ""))
    assert server.timeout == 15


@pytest.mark.parametrize("url", ["smtps://mail.example.org", "smtp:", "mail.example.org:25", "file:///mail"])
def test_an_url_that_means_nothing_is_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL must be"):
        outgoing_mail(url)


def test_the_console_needs_no_server() -> None:
    assert outgoing_mail("console:") == ("core.mail.outbox.ConsoleBackend", {})
