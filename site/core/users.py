"""What annotations call people. The model is in `accounts`, above; mypy's Django plugin knows it by its setting."""

from typing import TYPE_CHECKING, Any, TypeAlias

from django.http import HttpRequest

if TYPE_CHECKING:
    from django.contrib.auth.models import _AnyUser, _User

    User: TypeAlias = _User
    AnyUser: TypeAlias = _AnyUser  # somebody logged in, or nobody

    class UserRequest(HttpRequest):
        """A request of somebody who is logged in: the view's decorator has seen to that."""

        user: User
else:
    User = AnyUser = Any
    UserRequest = HttpRequest
