"""Growth curves as SVG without a library: readable on light and on dark paper, and told in words for those who hear."""

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 640, 340
LEFT, RIGHT, TOP, BOTTOM = 56, 170, 44, 44  # the names of the curves stand to the right of their ends
LINE = 16  # between two names
STYLE = """
    .paper { fill: #fff } text { font: 13px system-ui, sans-serif; fill: #1f2a2e } .title { font-weight: 600 }
    .grid { stroke: #d5dbdc } path { fill: none; stroke-width: 2.5 }
    .c0 { stroke: #17514a } .c1 { stroke: #b4481e } .c2 { stroke: #3b5ba9 } .c3 { stroke: #8a3b8f }
    .c4 { stroke: #7a6a00 } .c5 { stroke: #5d666a } .d1, .d3, .d5 { stroke-dasharray: 6 4 }
    @media (prefers-color-scheme: dark) {
      .paper { fill: #14201f } text { fill: #e4ecea } .grid { stroke: #33413f }
      .c0 { stroke: #8fd0bd } .c1 { stroke: #f4a57c } .c2 { stroke: #9db8f5 } .c3 { stroke: #e0a3e6 }
      .c4 { stroke: #e0cf6a } .c5 { stroke: #aab4b7 }
    }"""

Curves = Mapping[str, Sequence[tuple[int, float]]]  # by name: sizes and values


def growth(title: str, unit: str, along: str, curves: Curves) -> str:
    """Curves over sizes, whose axis grows by powers of ten. `along` says what the sizes are, `unit` what is counted."""
    sizes = sorted({size for curve in curves.values() for size, _value in curve})
    ticks = steps(max(value for curve in curves.values() for _size, value in curve))
    begin, end = math.log10(sizes[0]), math.log10(sizes[-1])

    def x(size: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(size) - begin) / ((end - begin) or 1)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / ticks[-1]

    parts = [
        f'<text class="title" x="{LEFT}" y="18">{escape(title)}</text>',
        f'<text x="{LEFT}" y="35">{escape(unit)}</text>',
    ]
    for tick in ticks:
        parts += [
            f'<path class="grid" d="M{LEFT} {y(tick):.1f}H{WIDTH - RIGHT}" style="stroke-width:1"/>',
            f'<text x="{LEFT - 8}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick:g}</text>',
        ]
    parts += [
        f'<text x="{x(size):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{size:,}</text>'
        for size in sizes
    ]
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 8}">{escape(along)}</text>')
    places = apart({name: y(curve[-1][1]) for name, curve in curves.items()})
    for number, (name, curve) in enumerate(curves.items()):
        points = "L".join(f"{x(size):.1f} {y(value):.1f}" for size, value in curve)
        parts += [
            f'<path class="c{number % 6} d{number % 6}" d="M{points}"/>',
            f'<path class="c{number % 6} d{number % 6}" d="M{WIDTH - RIGHT + 8} {places[name]:.1f}h18"/>',
            f'<text x="{WIDTH - RIGHT + 32}" y="{places[name] + 4:.1f}">{escape(name)}</text>',
        ]
    named = 'role="img" aria-labelledby="title desc"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {named}>',
            f'  <title id="title">{escape(title)}</title>',
            f'  <desc id="desc">{escape(description(unit, along, curves))}</desc>',
            f"  <style>{STYLE}\n  </style>",
            f'  <rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>',
            *(f"  {part}" for part in parts),
            "</svg>",
            "",
        ]
    )


def description(unit: str, along: str, curves: Curves) -> str:
    """The curves in words, from the first point to the last."""
    told = [
        f"{name}: {curve[0][1]:g} at {curve[0][0]:,}, {curve[-1][1]:g} at {curve[-1][0]:,}"
        for name, curve in curves.items()
    ]
    return f"{unit}, by {along}. {'; '.join(told)}."


def steps(highest: float) -> list[float]:
    """Round numbers from 0 to at least the highest: four to six of them."""
    rough = max(highest, 1e-9) / 4
    power = 10 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    return [round(step * number, 10) for number in range(math.ceil(highest / step) + 1)]


def apart(wanted: Mapping[str, float]) -> dict[str, float]:
    """Heights for names, as near to the wanted ones as lets each be read."""
    places: dict[str, float] = {}
    lowest: float = HEIGHT - BOTTOM
    for name, height in sorted(wanted.items(), key=lambda entry: -entry[1]):
        places[name] = lowest = min(height, lowest)
        lowest -= LINE
    return places
