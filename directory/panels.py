"""What the CMS's first page says about specialists."""

from typing import Any

from django.urls import reverse
from wagtail.admin.ui.components import Component

from directory.checking.worklists import needing
from directory.models import ProfileReport, Specialist


class SpecialistsPanel(Component):
    """What waits for moderators: profiles to check, reports, the operators' lists. 9 queries, for them alone."""

    name = "specialists"
    template_name = "cms/specialists_panel.html"
    order = 100

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        user = parent_context["request"].user
        if not user.has_perm("directory.change_specialist"):
            return {"is_shown": False}
        waiting = Specialist.objects.waiting()
        oldest = waiting.first()
        index = reverse("specialists:index")
        lists = ("recheck", "confirmation", "unreachable", "answers")
        return {
            "is_shown": True,
            "waiting": waiting.count(),
            "oldest": oldest.waiting_since if oldest else None,
            "queue_url": reverse("specialists:queue"),
            "changed": Specialist.objects.changed().count(),
            "flagged": Specialist.objects.changed().exclude(flags=[]).count(),
            "changed_url": reverse("specialists:changed"),
            "open_reports": ProfileReport.objects.filter(state=ProfileReport.State.OPEN).count(),
            "reports_url": f"{reverse('profile_reports:index')}?state=open",
            "counts": {which: needing(which).count() for which in lists},
            "urls": {which: f"{index}?needs={which}" for which in lists},
        }
