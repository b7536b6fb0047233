"""For mypy: calling a factory makes what it is a factory of. factory_boy's types say so of `.create()` alone."""

from collections.abc import Callable

from mypy.maptype import map_instance_to_supertype
from mypy.nodes import TypeInfo
from mypy.plugin import FunctionContext, Plugin
from mypy.types import Instance, Type

FACTORY = "factory.base.Factory"


class FactoryPlugin(Plugin):
    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        symbol = self.lookup_fully_qualified(fullname)
        is_factory = symbol and isinstance(symbol.node, TypeInfo) and symbol.node.has_base(FACTORY)
        return made if is_factory else None


def made(context: FunctionContext) -> Type:
    """The type that the factory was given in brackets."""
    kind = context.default_return_type
    if not isinstance(kind, Instance):
        return kind
    base = next(info for info in kind.type.mro if info.fullname == FACTORY)
    return map_instance_to_supertype(kind, base).args[0]


def plugin(version: str) -> type[Plugin]:
    return FactoryPlugin
