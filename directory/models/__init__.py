from directory.models.checks import CheckTask, SpecialistCheck
from directory.models.pages import SpecialistIndexPage, SpecialistPage
from directory.models.reports import ProfileReport
from directory.models.specialists import Specialist, SpecialistQuerySet
from directory.models.taxonomies import ClientGroup, Method, Place, Profession
from directory.models.views import ProfileViews

__all__ = [
    "CheckTask",
    "ClientGroup",
    "Method",
    "Place",
    "Profession",
    "ProfileReport",
    "ProfileViews",
    "Specialist",
    "SpecialistCheck",
    "SpecialistIndexPage",
    "SpecialistPage",
    "SpecialistQuerySet",
]
