"""What one process changes, another one has forgotten at once: also what Wagtail remembers by itself."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import connection
from wagtail.models import Site

from core.page_cache.process import Cache
from core.routing import root_paths
from home.models import HomePage
from tests.core.page_cache.readers import Reader, heard

OTHER_PROCESS = """
import sys
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from django.utils.translation import override
from wagtail.models import Locale, Page, Site
from home.models import HomePage
"""
CHOOSE_ANOTHER_ROOT = """
site = Site.objects.get()
site.root_page = site.root_page.specific.copy(recursive=True, update_attrs={"slug": "other"})
site.save()
"""
DELETE_A_FRONT_PAGE = """
HomePage.objects.get(locale__language_code="uk", slug="home-uk").delete()
"""
ADD_A_FRONT_PAGE = """
root = Site.objects.get().root_page.specific
root.copy_for_translation(Locale.objects.get(language_code="uk")).save_revision().publish()
"""


@pytest.fixture
def elsewhere(cache: Cache) -> Callable[[str], None]:
    """Runs statements in another process, until this one has heard of what they changed."""

    def run(statements: str) -> None:
        name = str(connection.settings_dict["NAME"])
        subprocess.run(
            [sys.executable, "-c", OTHER_PROCESS + statements, name],
            check=True,
            env={**os.environ, "PYTHONPATH": f"{settings.BASE_DIR / 'site'}:{settings.BASE_DIR}"},
        )
        heard(cache)

    return run


def test_another_root_page_and_another_front_page_are_known_at_once(
    reader: Reader, elsewhere: Callable[[str], None]
) -> None:
    def known() -> set[tuple[str, str]]:
        """By Wagtail."""
        return {(one.language_code, one.root_path) for one in Site.get_site_root_paths()}

    before = known()
    assert before == set(root_paths().items())
    entries = reader.get("/sitemap.xml").text.count("<loc>")
    assert entries > 20

    elsewhere(CHOOSE_ANOTHER_ROOT)
    assert known() == {("en", "/other/")} == set(root_paths().items())
    assert reader.get("/en/articles/").status == 200
    assert reader.get("/uk/").status == 404
    assert 5 < reader.get("/sitemap.xml").text.count("<loc>") < entries
    assert HomePage.objects.get(slug="other").url == "/en/"

    elsewhere(ADD_A_FRONT_PAGE)
    assert {code for code, _path in known()} == {"en", "uk"}
    assert reader.get("/uk/").status == 200
    assert "/uk/" in reader.get("/sitemap.xml").text
