"""The fields of a profile, each said once. Steps, what is asked for, checked, compared and saved follow from it.

A field of Specialist that isn't here is none of the profile's: no step saves it, and no moderator looks at it.
"""

from dataclasses import KW_ONLY, dataclass


@dataclass(frozen=True)
class ProfileField:
    """`step` names the step in which it is filled in (profile.progress.STEPS).

    `is_required`: a draft may lack it, what is sent in may not. What no draft lacks is its form's to ask for.
    `is_checked`: a moderator looks it up. Of a public specialist it changes only when a moderator has approved it.
    `is_compared`: moderators are shown what it was, and a change makes their decision stale.
    `is_fact`: `services.save_facts` saves it; the rest has services of its own.
    """

    step: str
    name: str
    _: KW_ONLY
    is_required: bool = False
    is_checked: bool = False
    is_compared: bool = True
    is_fact: bool = True


# In the order of the steps. Checked fields are compared and commented on in this order, too.
FIELDS = (
    ProfileField("about", "name", is_checked=True),
    ProfileField("about", "gender"),
    ProfileField("about", "portrait", is_fact=False),
    ProfileField("credentials", "profession", is_checked=True),
    ProfileField("credentials", "credential_country", is_required=True, is_checked=True),
    ProfileField("credentials", "credential_register", is_required=True, is_checked=True),
    ProfileField("credentials", "credential_number", is_required=True, is_checked=True),
    ProfileField("credentials", "credential_url", is_checked=True),
    ProfileField("work", "topics", is_required=True),
    ProfileField("work", "methods"),
    ProfileField("work", "client_groups"),
    ProfileField("work", "is_online"),
    ProfileField("work", "place"),
    ProfileField("work", "can_prescribe", is_checked=True),
    ProfileField("work", "practising_since"),
    ProfileField("prices", "session_languages", is_required=True),
    ProfileField("prices", "price_min"),
    ProfileField("prices", "price_max"),
    ProfileField("prices", "currency"),
    # No field of Specialist but their pages, which are compared by their revisions.
    ProfileField("texts", "texts", is_required=True, is_compared=False, is_fact=False),
    ProfileField("contact", "practice_url", is_checked=True),
    ProfileField("contact", "practice_phone", is_checked=True),
    ProfileField("consultation", "offers_free_consultation", is_compared=False),
    # Said with sending the profile in, and later on the specialist's overview.
    ProfileField("submit", "is_accepting", is_compared=False),
)
REQUIRED_WORDS = ("headline", "story")  # of the texts in each language

FACTS = tuple(field.name for field in FIELDS if field.is_fact)
REQUIRED = tuple(field.name for field in FIELDS if field.is_required)
CHECKED = tuple(field.name for field in FIELDS if field.is_checked)
# What a moderator looks at besides CHECKED.
COMPARED = tuple(field.name for field in FIELDS if field.is_compared and not field.is_checked)


def of_step(step: str) -> tuple[str, ...]:
    """The names of the fields that are filled in there."""
    return tuple(field.name for field in FIELDS if field.step == step)
