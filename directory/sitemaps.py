"""The pages of the directory that search engines may keep: what at least some specialists fit."""

from typing import Any

from django.conf import settings
from django.db import connection

from core.page_cache.reading import reading
from directory.models import SpecialistIndexPage
from directory.page_tags import DIRECTORY, OPTION
from directory.search.listing import FEWEST
from directory.search.query import DirectoryQuery


def landing_queries() -> list[str]:
    """The queries of all pages that search engines may keep, the same in every language. 1 query."""
    with reading(DIRECTORY, OPTION), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT first.kind, first.value, second.kind, second.value, sum(bit_count(a.bits & b.bits))::int AS fit
            FROM directory_searchoption AS first
            JOIN directory_searchoption AS second
                ON second.kind = 'all' OR (first.kind = 'topic' AND second.kind = 'language')
            JOIN directory_optionbits AS a ON a.option_id = first.id
            JOIN directory_optionbits AS b ON b.option_id = second.id AND b.chunk = a.chunk
            WHERE first.kind IN ('topic', 'place')
            GROUP BY 1, 2, 3, 4 HAVING sum(bit_count(a.bits & b.bits)) >= %s ORDER BY 1, 2, 3, 4
            """,
            [FEWEST],
        )
        return [
            DirectoryQuery(options={kind: (value,)} | ({} if more == "all" else {more: (other,)})).urlencode()
            for kind, value, more, other, _fit in cursor.fetchall()
        ]


def sitemap_entries() -> list[dict[str, Any]]:
    """Those pages in every language that has a directory, for the sitemap. 2 queries."""
    indexes = SpecialistIndexPage.objects.live().filter(alias_of__isnull=True).select_related("locale")
    paths = {page.locale.language_code: settings.SITE_URL + page.path_here for page in indexes}
    entries = []
    for query in landing_queries() if paths else []:
        links = [(code, f"{paths[code]}?{query}") for code, _name in settings.LANGUAGES if code in paths]
        entries += [
            {"url": url, "changed": None, "alternates": links if len(links) > 1 else []}
            for _code, url in links
        ]
    return entries
