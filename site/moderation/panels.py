"""What the CMS's first page says about the queues."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from wagtail.admin.ui.components import Component

from moderation.queues import Queue, Section, count_on, queues_for


class QueuesPanel(Component):
    """One section: how many wait in each of its queues. 1 query for each queue, and what its details ask."""

    template_name = "cms/queues_panel.html"

    def __init__(self, section: Section, queues: Sequence[Queue]) -> None:
        self.name, self.order = section.name, section.order
        self.section, self.queues = section, queues

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        request = parent_context["request"]
        return {
            "section": self.section,
            "lines": [
                {
                    "text": queue.line % {"count": count_on(request, queue)},
                    "url": queue.waiting_url,
                    "details": list(queue.details()),
                }
                for queue in self.queues
            ],
        }


def add_panels(request: HttpRequest, panels: list[Any]) -> None:
    """A panel for each section in which the user may see a queue."""
    sections: dict[Section, list[Queue]] = {}
    for queue in queues_for(request.user):
        sections.setdefault(queue.section, []).append(queue)
    panels.extend(QueuesPanel(section, queues) for section, queues in sections.items())
