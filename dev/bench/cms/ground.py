"""A database of the CMS's benchmark: the demo, and any number of articles in six languages."""

from collections.abc import Mapping

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F
from wagtail.models import Locale, Page, ReferenceIndex
from wagtail.search.models import IndexEntry
from wagtail_localize.models import TranslatableObject, Translation, TranslationSource

from accounts.models import User
from accounts.roles import EDITORS, ensure_roles
from articles.models import ArticleIndexPage, ArticlePage, ArticleTopic, Contribution
from core.models import Topic
from dev.bench.cms.screens import EDITOR, SUPERUSER
from dev.bench.ground import lay_ground
from dev.synthetic.articles import articles
from dev.synthetic.bulk import PREFIX, analyze, new_children
from home.models import HomePage

SEED = 1


def lay(pages: int) -> None:
    """The demo in the source language, `pages` articles beside it, and all those in five more languages."""
    lay_ground()
    ensure_roles()
    editor = User.objects.create_user(EDITOR, None, display_name="Editor")
    editor.groups.add(Group.objects.get(name=EDITORS))
    User.objects.create_superuser(SUPERUSER)
    articles(pages, SEED)
    ArticlePage.objects.update(latest_revision_created_at=F("last_published_at"))
    call_command("update_index", verbosity=0)
    call_command("rebuild_references_index", verbosity=0)
    source = Locale.objects.get(language_code=settings.LANGUAGE_CODE)
    for code, _name in settings.LANGUAGES:
        if code != settings.LANGUAGE_CODE:
            translate(source, Locale.objects.get_or_create(language_code=code)[0])
    analyze(Page, ArticlePage, ArticleTopic, Contribution, IndexEntry, ReferenceIndex, Translation)


@transaction.atomic
def translate(source: Locale, target: Locale) -> None:
    """Copy the front page, the list of articles, the topics and the synthetic articles into another language."""
    for topic in Topic.objects.filter(locale=source):
        topic.copy_for_translation(target).save()
    for model in (HomePage, ArticleIndexPage):
        page = model.objects.get(locale=source).copy_for_translation(target)
        page.get_latest_revision().publish()
    index = ArticleIndexPage.objects.get(locale=source)
    copy_articles(index, ArticleIndexPage.objects.get(locale=target))


def copy_articles(index: ArticleIndexPage, target: ArticleIndexPage) -> None:
    """Copy the synthetic articles below `index` below `target`, in SQL, with what indexes and translations hold."""
    originals = ArticlePage.objects.child_of(index).filter(slug__startswith=PREFIX).order_by("path")
    pks = list(originals.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE copies (old int, new int, path text) ON COMMIT DROP")
        cursor.execute(
            "INSERT INTO copies SELECT old, nextval(pg_get_serial_sequence('wagtailcore_page', 'id')), path "
            "FROM unnest(%s::int[], %s::text[]) AS given (old, path)",
            [pks, new_children(target, len(pks))],
        )
    locale = str(target.locale_id)
    copied(
        Page,
        "id",
        {
            "id": "new",
            "path": "copies.path",
            "locale_id": locale,
            "url_path": f"'{target.url_path}' || slug || '/'",
        },
    )
    copied(ArticlePage, "page_ptr_id", {"page_ptr_id": "new"})
    same_topic = (
        f"(SELECT there.id FROM core_topic here JOIN core_topic there USING (translation_key) "  # noqa: S608 - of ours
        f"WHERE here.id = topic_id AND there.locale_id = {locale})"
    )
    copied(ArticleTopic, "page_id", {"page_id": "new", "locale_id": locale, "topic_id": same_topic})
    copied(Contribution, "page_id", {"page_id": "new", "locale_id": locale})
    of_articles = f"content_type_id = {type_id()}"
    for indexed in (IndexEntry, ReferenceIndex):
        copied(indexed, "object_id::int", {"object_id": "new"}, where=of_articles)
    follow(index, target)


def type_id() -> int:
    """Of articles."""
    return ContentType.objects.get_for_model(ArticlePage).pk


def copied(model: type, old: str, changed: Mapping[str, str], where: str = "true") -> None:
    """Copy the rows of `model` whose `old` is in `copies`; `changed` says in SQL what is different in the copy."""
    options = model._meta  # type: ignore[attr-defined]
    names = [
        field.column
        for field in options.local_concrete_fields
        if not field.primary_key or field.column in changed
    ]
    values = [changed.get(name, f'"{options.db_table}"."{name}"') for name in names]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {options.db_table} ({', '.join(names)}) SELECT {', '.join(values)} "  # noqa: S608 - of ours
            f"FROM {options.db_table} JOIN copies ON copies.old = {options.db_table}.{old} WHERE {where}"
        )


def follow(index: ArticleIndexPage, target: ArticleIndexPage) -> None:
    """Let the copies be translations of their originals, as wagtail-localize keeps them."""
    kind = type_id()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {TranslatableObject._meta.db_table} (translation_key, content_type_id) "  # noqa: S608
            f"SELECT translation_key, {kind} FROM wagtailcore_page JOIN copies ON old = id ON CONFLICT DO NOTHING"
        )
        cursor.execute(
            f"INSERT INTO {TranslationSource._meta.db_table} (object_id, specific_content_type_id, locale_id, "  # noqa: S608
            "object_repr, content_json, schema_version, created_at, last_updated_at) "
            f"SELECT translation_key, {kind}, {index.locale_id}, title, '{{}}', '', now(), now() "
            "FROM wagtailcore_page JOIN copies ON old = id ON CONFLICT DO NOTHING"
        )
        cursor.execute(
            f"INSERT INTO {Translation._meta.db_table} "  # noqa: S608
            "(uuid, source_id, target_locale_id, created_at, enabled) "
            f"SELECT gen_random_uuid(), source.id, {target.locale_id}, now(), true "
            f"FROM {TranslationSource._meta.db_table} source JOIN wagtailcore_page ON translation_key = object_id "
            "JOIN copies ON old = wagtailcore_page.id"
        )
