from directory.models.pages import SpecialistIndexPage, SpecialistPage
from directory.models.specialists import Specialist, SpecialistQuerySet
from directory.models.taxonomies import ClientGroup, Method, Place, Profession

__all__ = [
    "ClientGroup",
    "Method",
    "Place",
    "Profession",
    "Specialist",
    "SpecialistIndexPage",
    "SpecialistPage",
    "SpecialistQuerySet",
]
