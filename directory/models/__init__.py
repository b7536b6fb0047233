from directory.models.check_tasks import CheckTask
from directory.models.checks import SpecialistCheck
from directory.models.pages import SpecialistIndexPage, SpecialistPage
from directory.models.portraits import Portrait, PortraitRendition
from directory.models.reports import ProfileReport
from directory.models.search import CHUNK, OptionBits, SearchOption, SearchRow, SearchText, SearchWord
from directory.models.specialist_querysets import SpecialistQuerySet
from directory.models.specialists import Specialist
from directory.models.taxonomies import ClientGroup, Method, Place, Profession
from directory.models.views import ProfileViews

__all__ = [
    "CHUNK",
    "CheckTask",
    "ClientGroup",
    "Method",
    "OptionBits",
    "Place",
    "Portrait",
    "PortraitRendition",
    "Profession",
    "ProfileReport",
    "ProfileViews",
    "SearchOption",
    "SearchRow",
    "SearchText",
    "SearchWord",
    "Specialist",
    "SpecialistCheck",
    "SpecialistIndexPage",
    "SpecialistPage",
    "SpecialistQuerySet",
]
