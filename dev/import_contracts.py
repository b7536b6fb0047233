"""A contract for import-linter: no circle of imports between modules, wherever in the house they are."""

from graphlib import CycleError, TopologicalSorter
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, output


class NoCircles(Contract):
    """import-linter's own kind compares whole packages; here each module counts for itself.

    So a package may hold both what others lean on and what leans on them, and imports inside functions count too.
    """

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
        circle: list[Any] = []
        try:
            TopologicalSorter(imports).prepare()
        except CycleError as error:
            circle = list(reversed(error.args[1]))
        return ContractCheck(kept=not circle, metadata={"circle": circle})

    def render_broken_contract(self, check: ContractCheck) -> None:
        output.print_error(" → ".join(check.metadata["circle"]))
