from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "moderation"

    def ready(self) -> None:
        """Tell the account what waits in the queues of the apps."""
        from accounts import waiting as account
        from moderation import queues

        account.register(queues.waiting, staff=True)
