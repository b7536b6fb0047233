"""Password hashing."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class OwaspArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id with OWASP's parameters: 19 MiB, 2 passes, 1 lane (Password Storage Cheat Sheet).

    Django's default of 100 MiB and 8 lanes lets eight simultaneous log-ins take 800 MB.
    """

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1
