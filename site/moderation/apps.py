from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "moderation"

    def ready(self) -> None:
        """Tell the account what waits in the queues of the apps, and who may block addresses."""
        from accounts import roles
        from accounts import waiting as account
        from moderation import queues
        from moderation.rights import RIGHTS

        roles.register(RIGHTS)
        account.register(queues.waiting, staff=True)
