"""The link in the mail that asks whether clients are still accepted. It opens nothing else."""

from datetime import timedelta

from django.core import signing

from directory.models import Specialist
from directory.states import Action, states_for

VALID = timedelta(days=30)
SALT = "directory.availability"


def availability_token(specialist: Specialist) -> str:
    return signing.dumps(specialist.pk, salt=SALT)


def specialist_of(token: str) -> Specialist | None:
    """The specialist whom the token was made for, while they can say that they accept clients; else None."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=VALID)
    except signing.BadSignature:
        return None
    states = states_for(Action.CONFIRM_AVAILABILITY)
    specialist: Specialist | None = Specialist.objects.filter(pk=pk, state__in=states).first()
    return specialist
