"""The notice that an account is going to be erased."""

from django import template

from accounts.models import ErasureRequest
from core.users import AnyUser

register = template.Library()


@register.simple_tag
def erasure_of(user: AnyUser | None) -> ErasureRequest | None:
    """The request of `user` to be erased. No query for strangers, else 1."""
    if not user or not user.is_authenticated:
        return None
    return ErasureRequest.objects.filter(user=user).first()
