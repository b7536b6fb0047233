"""What moderators fill in about specialists, and visitors about profiles."""

from collections.abc import Collection
from operator import attrgetter
from typing import Any, cast

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.models import Locale

from accounts.roles import ADMINISTRATORS, MODERATORS
from core.i18n import countries, currencies, languages
from core.i18n.languages import join_words, language_name
from core.mail.addresses import canonical_address
from directory.errors import BadPicture
from directory.models import ProfileReport, Specialist, SpecialistCheck
from directory.models.specialists import MAX_TOPICS
from directory.profile.forms.steps import CURRENCIES
from directory.profile.portraits import make_portrait
from directory.services.facts import free_slug, show_portrait
from directory.terms import BY_RELATION
from moderation.forms import CloseReportForm, ReportForm


class UserByEmailField(forms.ModelChoiceField):
    """Somebody's account by its address: a list of everybody would be long, and tell every address."""

    widget = forms.EmailInput
    default_error_messages = {"invalid_choice": _("There is no account with this address.")}

    def prepare_value(self, value: Any) -> Any:
        """The address, of the number that the record has or as it was typed."""
        if isinstance(value, int):
            value = self.queryset.filter(pk=value).first()  # type: ignore[union-attr]  # set by the form
        return super().prepare_value(value)

    def to_python(self, value: Any) -> Any:
        return super().to_python(canonical_address(value) if isinstance(value, str) else value)


class SpecialistForm(WagtailAdminModelForm):
    """The checked facts, with the rules that no column can hold.

    It changes what was changed in it and nothing else: the specialist may have saved something meanwhile. What both
    have changed is refused, so that whoever saves it again knows what it was.
    """

    session_languages = forms.MultipleChoiceField(
        label=_("Session languages"),
        choices=lambda: list(languages.names().items()),
        widget=forms.CheckboxSelectMultiple,
    )

    credential_country = forms.ChoiceField(
        label=_("country of the register"), choices=lambda: [("", "—"), *countries.choices()]
    )
    currency = forms.ChoiceField(
        label=_("currency"), choices=lambda: [("", "—"), *currencies.choices(CURRENCIES)]
    )

    data: Any
    files: Any

    user = UserByEmailField(
        label=_("user"),
        queryset=get_user_model().objects.all(),
        to_field_name="email",
        required=False,
        help_text=_("The e-mail address of their account."),
    )

    new_portrait = forms.FileField(
        label=_("New portrait"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=_(
            "JPEG, PNG or WebP with at least 300 × 300 pixels. Only while they have no account; then they choose it."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.user_id:  # their face is theirs to choose
            self.fields.pop("new_portrait", None)
        if self.instance.pk:
            for each in self.fields.values():
                if not isinstance(each, forms.FileField):
                    # what `changed_data` compares with: the values as they were shown
                    each.show_hidden_initial = True
        # The record points at the terms of the source language; people read their translations.
        for name in BY_RELATION:
            if name in self.fields:
                field = cast(Any, self.fields[name])
                field.queryset = field.queryset.filter(locale=Locale.get_default())
                field.label_from_instance = attrgetter("name_here")

        if "checked_by" in self.fields:
            checkers = cast(forms.ModelChoiceField, self.fields["checked_by"])
            may_check = Q(is_superuser=True) | Q(groups__name__in=[MODERATORS, ADMINISTRATORS])
            checkers.queryset = get_user_model().objects.filter(may_check, is_active=True).distinct()

    def save(self, commit: bool = True) -> Specialist:
        """New ones get an address from their name; after that it is the services' to change (services.facts)."""
        if not self.instance.slug:
            self.instance.slug = free_slug(self.instance.name)
        saved: Specialist = super().save(commit=commit)
        if content := self.cleaned_data.get("new_portrait"):
            show_portrait(specialist=saved, by=self.for_user, content=content)
        return saved

    def clean_new_portrait(self) -> Any:
        file = self.cleaned_data["new_portrait"]
        if not file:
            return None
        file.seek(0)  # the form is looked at twice (viewsets.EditSpecialistView)
        try:
            return make_portrait(file)
        except BadPicture as error:
            raise forms.ValidationError(str(error.sentence)) from error

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if not self.instance.pk:
            return cleaned
        for name, field in self.fields.items():
            if isinstance(field, forms.FileField):
                continue
            if name not in self.changed_data:
                cleaned.pop(name, None)  # stays as it is now
            elif self._has_changed_meanwhile(name, field):
                self.add_error(name, self.CHANGED % {"now": self._shown(name, field)})
        return cleaned

    CHANGED = _(
        "This has been changed in the meantime, and is now: %(now)s. Save again to replace it with what stands here."
    )

    def _has_changed_meanwhile(self, name: str, field: forms.Field) -> bool:
        """Whether it is neither as it was shown nor as it shall be. From then on, it has been shown as it is."""
        now = self.get_initial_for_field(field, name)
        shown = self.add_initial_prefix(name)
        then = field.hidden_widget().value_from_datadict(self.data, self.files, shown)
        typed = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
        if not (field.has_changed(now, then) and field.has_changed(now, typed)):
            return False
        values = field.prepare_value(now)
        self.data = self.data.copy()
        self.data.setlist(shown, values if isinstance(values, list) else ["" if values is None else values])
        return True

    def _shown(self, name: str, field: forms.Field) -> str:
        """The value as it is now, in words."""
        if isinstance(field, forms.ModelMultipleChoiceField):
            return join_words(one.name_here for one in getattr(self.instance, name).all()) or "—"
        now = self.get_initial_for_field(field, name)
        if isinstance(field, forms.BooleanField):
            return str(_("Yes") if now else _("No"))
        if isinstance(field, forms.ModelChoiceField):
            return str(field.queryset.filter(pk=now).first() or "—")  # type: ignore[union-attr]  # set by the model
        if isinstance(field, forms.MultipleChoiceField):
            return join_words(language_name(one) for one in now) or "—"
        if isinstance(field, forms.ChoiceField):
            return str(dict(field.choices).get(now) or now or "—")  # type: ignore[arg-type]  # flat pairs
        return str(now or "—")

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

    def __init__(
        self,
        data: Any = None,
        *,
        names: list[str],
        points: Collection[str],
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial, label_suffix="")
        ticked = cast(forms.MultipleChoiceField, self.fields["ticked"])
        # A form from before something was taken back may tick more.
        ticked.widget.choices = [pair for pair in SpecialistCheck.Point.choices if pair[0] in points]
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


class CloseProfileReportForm(CloseReportForm):
    """What came of a report about a profile."""

    DECISION_HELP = _("For the other moderators. Neither the specialist nor the visitor reads it.")


class ProfileReportForm(ReportForm):
    """What is wrong with a profile, or with somebody."""

    KINDS = ProfileReport.Kind.choices
    TEXT_HELP = _("Our moderators alone read it, never the specialist. Leave out what we don’t need to know.")
