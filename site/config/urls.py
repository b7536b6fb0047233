"""Machine URLs have no language; everything a reader sees has one."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from articles.feeds import ArticleFeed
from booking.feeds import calendar_feed
from core import health
from core.routing import serve as serve_page
from core.sitemaps import sitemap
from core.speculation import rules as speculation_rules
from core.views import cms_login, favicon, media, no_door, robots, security_txt, to_log_in

handler500 = "core.views.server_error"
handler429 = "accounts.views.too_many"  # allauth's

urlpatterns = [
    path("healthz/", health.healthz),
    path("readyz/", health.readyz),
    path("cms/login/", cms_login, name="cms_login"),
    path("cms/", include("accounts.cms_urls")),
    path("cms/", include(wagtailadmin_urls)),
    path("calendar/<str:token>.ics", calendar_feed, name="calendar_feed"),
    path("favicon.ico", favicon, name="favicon"),
    path("robots.txt", robots, name="robots"),
    path(".well-known/security.txt", security_txt, name="security_txt"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("speculation-rules.json", speculation_rules, name="speculation_rules"),
    re_path(r"^media/(?P<path>.*)$", media),
]

if settings.DEBUG:
    urlpatterns += [path("dev/", include("dev.pages.urls"))]

urlpatterns += i18n_patterns(
    path("account/", include("accounts.urls")),
    path("articles/feed/", ArticleFeed(), name="article_feed"),
    path("", include("booking.urls")),
    path("", include("directory.urls")),
    # Wagtail's own doors: there is one log-in, and it counts (tests/accounts/test_doors.py).
    path("_util/login/", to_log_in),
    path("_util/authenticate_with_password/<path:rest>", no_door),
    # Wagtail's own pattern, served by our own route (core.routing); its other addresses follow.
    re_path(wagtail_urls.serve_pattern, serve_page, name="wagtail_serve"),
    path("", include(wagtail_urls)),
    prefix_default_language=True,
)
