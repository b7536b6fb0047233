"""What was measured in one database, as tables and as JSON."""

from dataclasses import asdict, dataclass
from typing import Any

from dev.bench import load, queries
from dev.bench.figures import Figures, table
from dev.bench.ground import Size
from dev.bench.servers.measuring import Served


@dataclass(frozen=True)
class Results:
    """`size` is None of a database that is measured as it is; `served` of all where no servers were measured."""

    size: Size | None
    cases: list[Figures]
    questions: list[queries.Answer]
    loads: list[load.LoadResult]
    served: Served | None

    def table(self) -> str:
        """For people."""
        parts = [
            f"\n{self.size}" if self.size else "",
            table(self.cases),
            queries.table(self.questions) if self.questions else "",
            load.table(self.loads) if self.loads else "",
            self.served.table() if self.served else "",
        ]
        return "\n".join(filter(None, parts))

    def as_json(self) -> Any:
        cases = [asdict(row) for row in self.cases]
        if not (self.size or self.questions or self.loads or self.served):
            return cases
        return {
            "size": asdict(self.size) if self.size else None,
            "cases": cases,
            "questions": [asdict(answer) for answer in self.questions],
            "loads": [asdict(result) for result in self.loads],
            "servers": self.served.as_json() if self.served else None,
        }
