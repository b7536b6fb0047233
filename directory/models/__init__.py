from directory.models.pages import SpecialistIndexPage, SpecialistPage
from directory.models.search import CHUNK, OptionBits, SearchOption, SearchRow, SearchText
from directory.models.specialists import Specialist, SpecialistQuerySet
from directory.models.taxonomies import ClientGroup, Method, Place, Profession

__all__ = [
    "CHUNK",
    "ClientGroup",
    "Method",
    "OptionBits",
    "Place",
    "Profession",
    "SearchOption",
    "SearchRow",
    "SearchText",
    "Specialist",
    "SpecialistIndexPage",
    "SpecialistPage",
    "SpecialistQuerySet",
]
