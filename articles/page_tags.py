"""What of the articles' tables pages depend on."""

from core.page_cache.reading import announce
from core.page_cache.tags import follow, kind
from core.page_tags import PAGE
from directory.page_tags import SPECIALIST

ARTICLES = kind("articles")  # by language: which there are, and in which order
ARTICLES_ABOUT = kind("articles_about")  # the same of a topic: by language, a full stop and slug
CARD = kind("article_card")  # by number of an article: what its card in lists shows
PERSON = kind("person")  # by number: who writes or reviews, and what they did

LISTED = ("live", "locale", "path", "alias_of")
IN_LANGUAGE = "JOIN wagtailcore_locale AS l ON l.id = p.locale_id"
OF_ARTICLE = f"JOIN wagtailcore_page AS p ON p.id = r.page_ptr_id {IN_LANGUAGE}"
OF_TOPIC = f"JOIN wagtailcore_page AS p ON p.id = r.page_id {IN_LANGUAGE}"
OF_PAGE = "JOIN articles_articlepage AS a ON a.page_ptr_id = r.id JOIN wagtailcore_locale AS l ON l.id = r.locale_id"
TOPICS = "JOIN articles_articletopic AS at ON at.page_id = {} JOIN core_topic AS t ON t.id = at.topic_id"
ABOUT = "l.language_code || '.' || t.slug"

follow("articles.ArticleIndexPage", PAGE, "page_ptr")
follow("articles.ArticlePage", PAGE, "page_ptr")
follow("articles.ArticleTopic", PAGE, "page")
follow("articles.Contribution", PAGE, "page")

follow("wagtailcore.Page", ARTICLES, "l.language_code", join=OF_PAGE, only=LISTED)
follow("articles.ArticlePage", ARTICLES, "l.language_code", join=OF_ARTICLE, only=("published_on",))
follow("articles.ArticleTopic", ARTICLES, "l.language_code", join=OF_TOPIC)

follow("wagtailcore.Page", ARTICLES_ABOUT, ABOUT, join=f"{OF_PAGE} {TOPICS.format('r.id')}", only=LISTED)
follow(
    "articles.ArticlePage",
    ARTICLES_ABOUT,
    ABOUT,
    join=f"{OF_ARTICLE} {TOPICS.format('r.page_ptr_id')}",
    only=("published_on",),
)
follow(
    "articles.ArticleTopic",
    ARTICLES_ABOUT,
    ABOUT,
    join=f"{OF_TOPIC} JOIN core_topic AS t ON t.id = r.topic_id",
)

follow("wagtailcore.Page", CARD, "id", only=("title", "url_path", "locale", "alias_of"))
follow("articles.ArticlePage", CARD, "page_ptr", only=("summary", "picture", "picture_alt", "published_on"))
follow("articles.ArticleTopic", CARD, "page")
announce("wagtailcore.Page", CARD)

follow("articles.Person", PERSON, "id")
follow("articles.Contribution", PERSON, "person")
# Whose articles a profile lists: also before there is such a person.
follow("articles.Person", SPECIALIST, "specialist", only=("specialist",))
announce("articles.Person", PERSON)
