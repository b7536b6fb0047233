"""What moderators fill in about specialists, and visitors about profiles."""

from typing import Any, cast

from django import forms
from django.contrib.auth import get_user_model
from django.core.validators import MaxLengthValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.models import Locale

from accounts.roles import ADMINISTRATORS, MODERATORS
from core.languages import NAMES
from core.names import CHOOSE, AddressField
from core.traps import TrappedForm
from directory.models import ProfileReport, Specialist, SpecialistCheck
from directory.models.specialists import MAX_TOPICS
from directory.services.facts import free_slug


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

    def save(self, commit: bool = True) -> Specialist:
        """New ones get an address from their name; after that it is the services' to change (services.facts)."""
        if not self.instance.slug:
            self.instance.slug = free_slug(self.instance.name)
        saved: Specialist = super().save(commit=commit)
        return saved

    def clean_topics(self) -> Any:
        """Six topics at most: a filter that everybody fits means nothing."""
        topics = self.cleaned_data["topics"]
        if len(topics) > MAX_TOPICS:
            raise forms.ValidationError(
                _("Choose %(most)d topics at most."), code="too_many", params={"most": MAX_TOPICS}
            )
        return topics


class CheckForm(forms.Form):
    """A moderator's decision: the checklist, a comment, and comments beside fields."""

    ticked = forms.MultipleChoiceField(
        label=_("I have checked"),
        choices=SpecialistCheck.Point.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    comment = forms.CharField(
        label=_("Comment for the specialist, or the reason of a suspension"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, names: list[str], initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial, label_suffix="")
        self.names = names
        for name in names:
            self.fields[f"on_{name}"] = forms.CharField(
                label=_("Comment for the specialist"),
                max_length=500,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
            )

    def comment_on(self, name: str) -> forms.BoundField:
        return self[f"on_{name}"]

    def field_comments(self) -> dict[str, str]:
        return {name: self.cleaned_data[f"on_{name}"] for name in self.names}


class CloseReportForm(forms.Form):
    """What came of a report."""

    decision = forms.CharField(
        label=_("What came of it"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("For the other moderators. Neither the specialist nor the visitor reads it."),
    )


class ReportForm(TrappedForm):
    """What is wrong with a profile, or with somebody."""

    TOO_OFTEN = _("There were many reports from your network in a short time. Please try again in an hour.")

    kind = forms.ChoiceField(
        label=_("What is it about?"),
        choices=ProfileReport.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE},
    )
    text = forms.CharField(
        label=_("What happened?"),
        validators=[MaxLengthValidator(1000)],  # not `max_length`: browsers cut what is pasted without a word
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        help_text=_(
            "Our moderators alone read it, never the specialist. Leave out what we don’t need to know."
        ),
    )
    email = AddressField(
        label=_("Your e-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "dir": "ltr"}),
        help_text=_("Only if we may ask you something. You can report without it."),
    )

    def told(self) -> dict[str, str]:
        """What the service takes."""
        return {name: self.cleaned_data[name] for name in ("kind", "text", "email")}
