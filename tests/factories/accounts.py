"""People with accounts."""

import factory

from accounts.models import User


class UserFactory(factory.django.DjangoModelFactory[User]):
    """Somebody who has signed up and can log in with the password `password`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"person{number}@example.org")
    display_name = factory.Sequence(lambda number: f"Person {number}")
    password = factory.django.Password("password")

    class Params:
        superuser = factory.Trait(is_superuser=True)
