"""Parts of pages that are kept, also where a whole page isn't."""

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.template.exceptions import TemplateSyntaxError
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from core.page_cache.process import cache
from core.page_cache.reading import current, depends_on, true_until, varies_on

register = template.Library()


class FragmentNode(template.Node):
    def __init__(
        self, nodelist: NodeList, name: str, keys: list[FilterExpression], *, stands_alone: bool
    ) -> None:
        self.nodelist, self.name, self.keys, self.stands_alone = nodelist, name, keys, stands_alone

    def render(self, context: Context) -> SafeString:
        before = current()
        # Only where a view says so: on no page of somebody's own, no preview of a draft, no error.
        # What was read without a tag may stand in it.
        if before is None or not before.parts_kept or before.unfollowed:
            return self.nodelist.render(context)
        keys = tuple(key.resolve(context) for key in self.keys)
        if None in keys:
            return self.nodelist.render(context)

        def render() -> SafeString:
            if not self.stands_alone:  # what is named in the keys was read before, with what it shows
                depends_on(*before.tags)
                true_until(before.until)
                for variation, value in before.variations.items():
                    varies_on(variation, value)
            return self.nodelist.render(context)

        since = None if self.stands_alone else before.since
        return cache.remembered((self.name, get_language(), *keys), render, context["request"].META, since)


@register.tag
def fragment(parser: Parser, token: Token) -> FragmentNode:
    """`{% fragment name key … %}` … `{% endfragment %}`: a part that is kept as long as nothing that it read changes.

    It may depend on nothing but the keys, the language and what the database has: not on who reads it. With a key that
    is None it isn't kept. One without keys, or with `alone` behind them, shows nothing that was read outside of it.
    """
    try:
        _tag, name, *keys = token.split_contents()
    except ValueError:
        raise TemplateSyntaxError("fragment needs a name") from None
    stands_alone = not keys or keys[-1] == "alone"
    keys = [key for key in keys if key != "alone"]
    nodelist = parser.parse(("endfragment",))
    parser.delete_first_token()
    return FragmentNode(
        nodelist, name, [parser.compile_filter(key) for key in keys], stands_alone=stands_alone
    )
