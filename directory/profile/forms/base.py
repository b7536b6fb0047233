"""What all steps of a profile have in common: what is proposed, asked for, and remarked."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext

from directory.checking.comparison import shown_value
from directory.checking.review import ReviewStatus
from directory.models import Specialist
from directory.profile.forms.terms import fill_terms
from directory.profile_fields import FACTS, REQUIRED


class StepForm(forms.Form):
    """A step of a profile. It shows what is proposed where something is, beside what clients see until then.

    What is asked for before a profile is submitted may only be empty in one that isn't approved.
    """

    state = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, files: Any = None, *, specialist: Specialist, review_status: ReviewStatus
    ) -> None:
        self.specialist = specialist
        initial = {name: initial_of(specialist, name) for name in self.base_fields if name in FACTS}
        proposed = {name: value for name, value in review_status.proposed.items() if name in initial}
        initial |= {**proposed, "state": specialist.state}
        super().__init__(data, files, initial=initial, label_suffix="")
        fill_terms(self)
        needed = [name for name in REQUIRED if name in self.fields]
        for name in needed:
            self.fields[name].required = specialist.is_approved
        comments = review_status.asked.field_comments if review_status.asked else {}
        for name, field in self.fields.items():
            untyped_field = cast(Any, field)
            untyped_field.remarks = list(self._remarks(name, comments, review_status.proposed))
            # Marked are those alone that may stay empty for good.
            untyped_field.hide_mark = (
                field.required or name in needed or isinstance(field, forms.BooleanField)
            )

    def _remarks(self, name: str, comments: dict[str, str], proposed: dict[str, Any]) -> Any:
        """What stands beside a field: the moderator's comment, and what clients see while a change is checked."""
        if text := comments.get(name):
            yield {"kind": "comment", "title": gettext("A moderator asks:"), "text": text}
        if name in proposed:
            yield {
                "kind": "shown",
                "title": gettext("Until this is checked, clients see:"),
                "text": shown_value(name, getattr(self.specialist, name)) or gettext("nothing"),
            }

    def facts(self) -> dict[str, Any]:
        """What there is to save, as `services.save_facts` takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name in FACTS}


def initial_of(specialist: Specialist, name: str) -> Any:
    """A fact as a form shows it."""
    field: Any = Specialist._meta.get_field(name)
    if field.many_to_many:
        return list(getattr(specialist, name).values_list("pk", flat=True))
    return specialist.serializable_value(name)
