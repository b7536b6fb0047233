"""The queues in the CMS's menu."""

from django.http import HttpRequest
from wagtail.admin.menu import MenuItem

from moderation.queues import Queue, count_on, queues_for


def add_items(request: HttpRequest, items: list[MenuItem]) -> None:
    """An item for each queue with a title that the user may see. 1 query for each."""
    items.extend(item(request, queue) for queue in queues_for(request.user) if queue.title is not None)


def item(request: HttpRequest, queue: Queue) -> MenuItem:
    """It leads to the whole list: what has been decided is found there, too."""
    count = count_on(request, queue)
    return MenuItem(
        f"{queue.title} ({count})" if count else queue.title,
        queue.list_url,
        name=queue.name,
        icon_name=queue.icon,
        order=queue.order,
    )
