"""What of the core's and Wagtail's tables pages depend on."""

from core.page_cache.reading import SITE, announce
from core.page_cache.tags import follow, kind

# What the CMS notes about a page beside what readers see of it.
UNSEEN = (
    "numchild",
    "has_unpublished_changes",
    "draft_title",
    "latest_revision",
    "live_revision",
    "latest_revision_created_at",
    "owner",
    "locked",
    "locked_at",
    "locked_by",
    "go_live_at",
    "expire_at",
    "expired",
    "show_in_menus",
)
PAGE = kind("page")  # by number: a page's own content, in one language
LINK = kind("link")  # by number of a page: what links to it show, its title and address
ADDRESS = kind("address")  # by path: which page has it
FRONT_PAGE = kind("front_page")  # where the front pages of all languages are
PUBLISHED = kind(
    "published"
)  # by language, a full stop and slug: whether such a page is, right under the front page
TRANSLATION = kind("translation")  # by translation key: in which languages a page is there, and where
RESTRICTION = kind("restriction")  # what is private
HIDDEN = kind("hidden")  # which pages readers may not see though they are published
MENU = kind("menu")  # by language
PICTURE = kind("picture")  # by number, with its sizes
TOPIC = kind("topic")  # by slug: its name in all languages
FORMER_SLUG = kind("former_slug")
HELPLINE = kind("helpline")

follow("wagtailcore.Site", SITE)
follow("wagtailcore.Locale", SITE)
follow("wagtailcore.Page", PAGE, "id", ignoring=UNSEEN)
follow("wagtailcore.Page", LINK, "id", only=("title", "slug", "url_path", "locale"))
follow("wagtailcore.Page", ADDRESS, "url_path", only=("url_path", "content_type", "locale", "depth"))
follow(
    "wagtailcore.Page",
    FRONT_PAGE,
    "CASE WHEN r.depth = 2 THEN 'any' END",
    only=("url_path", "locale", "translation_key"),
)
follow(
    "wagtailcore.Page",
    TRANSLATION,
    "translation_key",
    only=("translation_key", "locale", "live", "url_path", "alias_of", "path"),
)
follow("wagtailcore.PageViewRestriction", RESTRICTION)
LANGUAGE = "JOIN wagtailcore_locale AS l ON l.id = "
follow(
    "wagtailcore.Page",
    PUBLISHED,
    "CASE WHEN r.depth = 3 THEN l.language_code || '.' || r.slug END",
    join=f"{LANGUAGE} r.locale_id",
    only=("slug", "live", "locale", "depth"),
)
follow("core.Menu", MENU, "l.language_code", join=f"{LANGUAGE} r.locale_id")
follow(
    "core.MenuItem",
    MENU,
    "l.language_code",
    join=f"JOIN core_menu AS m ON m.id = r.menu_id {LANGUAGE} m.locale_id",
)
follow("core.Picture", PICTURE, "id")
follow("core.PictureRendition", PICTURE, "image")
follow("core.Topic", TOPIC, "slug", ignoring=("also_called",))
follow("core.FormerSlug", FORMER_SLUG)
follow("core.Helpline", HELPLINE)

announce("wagtailcore.Page", PAGE)
announce("wagtailcore.Page", LINK)
announce("core.Picture", PICTURE)
announce("core.Topic", TOPIC, "slug")
