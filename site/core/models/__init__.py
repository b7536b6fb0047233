from core.models.danger import DangerPhrase, Helpline
from core.models.navigation import Menu, MenuItem
from core.models.outbox import Outbox
from core.models.pages import BasePage
from core.models.periodic import PeriodicRun
from core.models.pictures import Picture, PictureRendition
from core.models.topics import FormerSlug, Term, Topic
from core.models.watching import MailFailure, WorkerHeartbeat

__all__ = [
    "BasePage",
    "DangerPhrase",
    "FormerSlug",
    "Helpline",
    "MailFailure",
    "Menu",
    "MenuItem",
    "Outbox",
    "PeriodicRun",
    "Picture",
    "PictureRendition",
    "Term",
    "Topic",
    "WorkerHeartbeat",
]
