"""Who comes to the CMS, and who doesn't."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_stranger_is_sent_to_the_one_log_in_page_and_back(client: Client) -> None:
    response = client.get("/cms/pages/", follow=True)
    addresses = [address for address, _status in response.redirect_chain]
    assert addresses == ["/cms/login/?next=/cms/pages/", "/en/account/login/?next=%2Fcms%2Fpages%2F"]


def test_somebody_logged_in_without_rights_gets_a_plain_no_instead_of_a_loop(client: Client) -> None:
    client.force_login(get_user_model().objects.create_user("client@example.org", "calm-water-42"))
    response = client.get("/cms/", follow=True)
    assert response.status_code == 403
    assert len(response.redirect_chain) <= 1
