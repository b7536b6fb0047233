"""How templates are read: without the white space that lines are indented with, for which no browser has a use."""

import re

from django.template import Origin
from django.template.loaders import filesystem

INDENTATION = re.compile(r"\n[ \t]+")


class Loader(filesystem.Loader):
    """Django's, of our own pages: a tenth of a page's bytes is indentation, and a twentieth of what is sent of it.

    Lines stay lines, so what an error says of them holds. Texts to translate aren't touched by it as long as they are
    `trimmed`, which the catalogues' check asks of those of more than one line; nor is what other packages bring.
    """

    def get_contents(self, origin: Origin) -> str:
        text = super().get_contents(origin)
        return INDENTATION.sub("\n", text) if str(origin.name).endswith(".html") else text
