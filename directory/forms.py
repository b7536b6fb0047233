"""What moderators fill in about specialists."""

from typing import Any, cast

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.models import Locale

from accounts.roles import ADMINISTRATORS, MODERATORS
from core.languages import NAMES
from directory.models.specialists import MAX_TOPICS


class SpecialistForm(WagtailAdminModelForm):
    """The checked facts, with the rules that no column can hold."""

    session_languages = forms.MultipleChoiceField(
        label=_("Session languages"), choices=list(NAMES.items()), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The record points at the terms of the source language; pages show their translations.
        for name in ("profession", "place", "topics", "methods", "client_groups"):
            if name in self.fields:
                field = cast(forms.ModelChoiceField, self.fields[name])
                field.queryset = field.queryset.filter(locale=Locale.get_default())  # type: ignore[union-attr]  # set by the model

        if "checked_by" in self.fields:
            checkers = cast(forms.ModelChoiceField, self.fields["checked_by"])
            may_check = Q(is_superuser=True) | Q(groups__name__in=[MODERATORS, ADMINISTRATORS])
            checkers.queryset = get_user_model().objects.filter(may_check, is_active=True).distinct()

    def clean_topics(self) -> Any:
        """Six topics at most: a filter that everybody fits means nothing."""
        topics = self.cleaned_data["topics"]
        if len(topics) > MAX_TOPICS:
            raise forms.ValidationError(
                _("Choose %(most)d topics at most."), code="too_many", params={"most": MAX_TOPICS}
            )
        return topics
