"""Registers the queues' menu items and panels, and the blocked addresses.

Items and panels are made for each request: the number is always that of now.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permissions import register_permission_policy

from accounts.policies import NeverChanged
from moderation import blocking, menu, panels
from moderation.models import BlockedAddress
from moderation.viewsets.blocked_addresses import BlockedAddressViewSet

hooks.register("construct_main_menu", menu.add_items)
hooks.register("construct_homepage_panels", panels.add_panels)
register_permission_policy(BlockedAddress, NeverChanged(BlockedAddress))


@hooks.register("register_admin_viewset")
def blocked_addresses() -> ViewSet:
    return BlockedAddressViewSet("blocked_addresses", url_prefix="blocked-addresses")


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    actions.register_action(blocking.BLOCKED, _("Block an address"), _("Address blocked"))
    actions.register_action(blocking.RELEASED, _("Release an address"), _("Address released"))
