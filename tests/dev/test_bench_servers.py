"""The pure parts of measuring servers: reading wrk, adapting nginx's configuration, aims, a made-up day, curves."""

import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError

from dev.bench import charts, document, growth
from dev.bench.cms.comparing import ScreenFigures
from dev.bench.figures import Figures
from dev.bench.ground import Size
from dev.bench.queries import Answer
from dev.bench.results import Results
from dev.bench.servers import aims, comparison, day, nginx, processes, wrk
from dev.bench.servers.aims import Measured
from dev.bench.servers.comparison import Row
from dev.bench.servers.log_ins import LogIns, Waits, p95
from dev.bench.servers.measuring import Served
from dev.bench.servers.processes import Server
from dev.bench.servers.publishing import Publishing
from dev.bench.servers.replay import Day
from dev.bench.servers.wrk import Run, Target

WRK = """\
Running 2s test @ http://127.0.0.1:8420/en/
  1 threads and 1 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    12.34ms    1.00ms  20.00ms   90.00%
    Req/Sec    81.00      4.00    90.00     80.00%
  162 requests in 2.00s, 5.60MB read
{more}Requests/sec:     81.02
Transfer/sec:      2.80MB
"""
NOBODY = Server("nobody", 1, ())


def test_what_wrk_prints_is_understood():
    assert wrk.understood(WRK.format(more="")) == wrk.Said(162, 81.02, "")


@pytest.mark.parametrize(
    "problem",
    ["Non-2xx or 3xx responses: 7", "Socket errors: connect 0, read 1, write 0, timeout 0"],
)
def test_errors_among_the_answers_are_told(problem):
    assert wrk.understood(WRK.format(more=f"  {problem}\n")).problem == problem


def test_something_else_than_wrks_output_is_an_error():
    with pytest.raises(ValueError, match="nothing of requests"):
        wrk.understood("wrk: unable to connect")


def target(like: str, surface: str, *rates: float, cpu: float = 1.0) -> Target:
    return Target(like, surface, NOBODY, "/", size=10, runs=[Run(int(rate), rate, cpu) for rate in rates])


def test_every_other_round_goes_the_other_way(monkeypatch):
    visited = []
    monkeypatch.setattr(Target, "probe", lambda self: None)
    monkeypatch.setattr(Target, "visit", lambda self, seconds: visited.append(self.name))
    wrk.visit_all([target("a", ""), target("b", "cold")], rounds=3, seconds=1)
    assert visited == ["a", "b, cold", "b, cold", "a", "a", "b, cold"]


def test_ratios_are_the_median_of_the_rounds():
    hello, page = target("hello", "", 100, 1000, 200), target("page", "cold", 50, 100, 100)
    assert page.times(hello) == 0.5


def test_rows_stand_beside_what_there_is():
    targets = [
        target("hello", "", 100, cpu=2),
        target("static file", "", 1000),
        target("bakerydemo post", "", 5),
        target("article", "cold", 20, cpu=10),
    ]
    row = comparison.rows(targets, {("article", "cold"): 3})[-1]
    assert (row.of_hello, row.cpu_of_hello, row.of_file, row.of_post) == (0.2, 5, 0.02, 4)
    assert row.of_search is None
    assert row.queries == 3
    assert "article, cold" in comparison.table([row])


# --- nginx --------------------------------------------------------------------------------------------------------


def adapted() -> str:
    return nginx.adapted(
        nginx.CONFIGURATION.read_text(), port=8430, site_port=8431, folder=nginx.Path("/scratch")
    )


def test_the_deployed_configuration_is_served_without_tls_on_a_local_port():
    text = adapted()
    assert text.count("listen ") == 1
    assert "listen 127.0.0.1:8430;" in text
    assert "proxy_pass http://127.0.0.1:8431;" in text
    assert "root /scratch;" in text
    for word in ("ssl", "attune.example", "/var/lib/attune", "return 421", "return 301", "error_log"):
        assert word not in text


def test_nothing_of_what_it_serves_is_lost():
    def locations(text: str) -> list[str]:
        return re.findall(r"location [^{]*", text)

    [served] = [
        block for block in nginx.blocks(nginx.CONFIGURATION.read_text()) if "proxy_pass" in block
    ]  # the other servers refuse and redirect
    assert locations(adapted()) == locations(served)


def test_what_stands_outside_of_servers_is_kept():
    text = "map $http_cookie $cold { default 0; }\nserver { listen 443; location / { root /x; } }"
    assert nginx.adapted(text, port=1, site_port=2, folder=nginx.Path("/y")).startswith(
        "map $http_cookie $cold {"
    )


@pytest.mark.skipif(nginx.program() is None, reason="needs Debian's nginx")
def test_nginx_accepts_it(tmp_path):
    file = tmp_path / "nginx.conf"
    file.write_text(nginx.MAIN.format(user="", folder=tmp_path, site=adapted()))
    command = [nginx.program(), "-t", "-c", str(file)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# --- Processes ----------------------------------------------------------------------------------------------------


def test_descendants_are_found_and_no_strangers():
    found = {1: (0, 5), 2: (1, 5), 3: (2, 5), 4: (1, 5), 5: (4, 5)}
    assert processes.with_descendants([2], found) == {2, 3}
    assert processes.with_descendants([1], found) == {1, 2, 3, 4, 5}
    assert processes.with_descendants([9], found) == set()


def test_hello_is_served_by_the_sites_server():
    with processes.hello_world() as server:
        answer = server.get("/hello/")
        assert (answer.status, answer.is_hit) == (200, False)
        assert b"Hello." in answer.body
        assert 7_000 < len(answer.body) < 9_000  # as a page of the site on its way
        assert answer.headers["Server"] == "gunicorn"
        assert server.cpu_seconds() > 0


def test_a_page_missed_is_asked_for_with_something_that_no_page_knows():
    assert comparison.missed("/en/") == "/en/?not-kept"
    assert comparison.missed("/en/specialists/?page=2") == "/en/specialists/?page=2&not-kept"


def test_a_server_that_does_not_start_says_why():
    command = [sys.executable, "-c", "raise SystemExit('no such thing')"]
    with (
        pytest.raises(CommandError, match="no such thing"),
        processes.running("it", command, {}, processes.free_port()),
    ):
        pass


# --- Aims ---------------------------------------------------------------------------------------------------------


def row(like: str, surface: str, **figures: Any) -> Row:
    blank = Row(like, surface, 10, 1.0, 1.0, None, 1.0, 1.0, None, None, None)
    return replace(blank, **figures)


def words_of(measured: Measured) -> dict[tuple[str, str], tuple[str, str]]:
    return {(one.surface, one.unit): aims.words(one) for one in aims.verdicts(measured)}


def test_each_aim_says_whether_it_is_met():
    rows = [
        row("article", "warm", of_hello=0.7, queries=0),
        row("article", "missed", of_hello=0.05, of_post=8.0),
        row("directory", "missed", of_hello=0.9),
    ]
    measured = Measured(
        {(one.like, one.surface): one for one in rows}, specialists=10, publish_ms=101, wrong_pages=0
    )
    words = words_of(measured)
    assert words["article, cache hit", "× hello"] == ("0.7", "met")
    assert words["article, cache hit", "queries"] == ("0", "met")
    assert words["article, missed", "× hello"] == ("0.05", "not met")
    assert words["article, missed", "× bakerydemo's post"] == ("8", "met")
    assert words["a publish seen by all processes", "ms"] == ("101", "not met")
    assert words["a replayed day", "wrong pages"] == ("0", "met")
    assert words["16 clients log in", "× idle's p95"] == ("", "not measured")


def test_a_small_directory_says_nothing_about_a_large_one():
    rows = {("directory", "missed"): row("directory", "missed", of_hello=0.07)}
    name = ("directory, missed, 100,000 specialists", "× hello")
    assert words_of(Measured(rows, specialists=99_999))[name] == ("", "not measured")
    assert words_of(Measured(rows, specialists=100_000))[name] == ("0.07", "met")


# --- A day --------------------------------------------------------------------------------------------------------

KINDS = {
    "article": ["/a/1/", "/a/2/", "/a/3/"],
    "home": ["/"],
    "directory": ["/s/"],
    "help-now": ["/help-now/"],
}
ADDRESSES = {
    code: {kind: [f"/{code}{path}" for path in paths] for kind, paths in KINDS.items()}
    for code in ("en", "de", "ar")
}


def a_day(seed: int = 1) -> list[day.Event]:
    return day.log(ADDRESSES, "en", readers=2000, bookings=40, edits=4, seed=seed)


def test_the_same_seed_makes_the_same_day():
    assert a_day() == a_day()
    assert a_day() != a_day(seed=2)


def test_a_day_has_what_was_asked_for_in_the_order_of_time():
    events = a_day()
    kinds = Counter(event.kind for event in events)
    assert (kinds[day.BOOK], kinds[day.EDIT]) == (40, 4)
    assert 2 < kinds[day.READ] / 2000 < 4.5
    assert [event.second for event in events] == sorted(event.second for event in events)
    assert events[0].second >= 0
    assert events[-1].second < day.DAY


def test_readers_read_all_languages_half_of_them_the_source():
    languages = Counter(event.address[1:3] for event in a_day() if event.kind == day.READ)
    assert set(languages) == {"en", "de", "ar"}
    assert 0.45 < languages["en"] / languages.total() < 0.55


def test_what_is_first_is_read_most_and_few_look_for_help():
    pages = Counter(event.address[3:] for event in a_day() if event.kind == day.READ)
    assert pages["/a/1/"] > pages["/a/2/"] > pages["/a/3/"] > 0
    assert 0 < pages["/help-now/"] < pages["/s/"] < pages["/"]


# --- Curves and the page ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("highest", "expected"), [(9, [0, 5, 10]), (100, [0, 50, 100]), (0.3, [0, 0.1, 0.2, 0.3]), (0, [0])]
)
def test_an_axis_has_round_numbers(highest, expected):
    assert charts.steps(highest) == expected


def test_names_never_lie_on_each_other():
    places = charts.apart({"a": 100, "b": 101, "c": 99, "d": 300})
    heights = sorted(places.values())
    assert all(below - above >= charts.LINE for above, below in pairwise(heights))
    assert places["d"] > places["b"] > places["a"] > places["c"]


def test_a_picture_is_told_in_words_and_readable_in_the_dark():
    picture = charts.growth(
        "Costs <and> more",
        "ms",
        "specialists",
        {"a & b": [(10, 1.0), (1000, 2.5)], "c": [(10, 3.0), (1000, 0.5)]},
    )
    root = ElementTree.fromstring(picture)  # noqa: S314 - our own
    space = "{http://www.w3.org/2000/svg}"
    assert root.find(f"{space}title").text == "Costs <and> more"
    assert "a & b: 1 at 10, 2.5 at 1,000" in root.find(f"{space}desc").text
    assert "prefers-color-scheme: dark" in root.find(f"{space}style").text
    curves = [path for path in root.iter(f"{space}path") if "L" in path.get("d")]
    assert len(curves) == 2
    for curve in curves:
        numbers = [float(number) for number in re.findall(r"[\d.]+", curve.get("d"))]
        assert all(0 <= number <= charts.WIDTH for number in numbers)


def case(name: str, ratio: float, address: str = "/x/") -> Figures:
    return Figures(name, address, 5, ratio, ratio, ratio, ratio, "hello")


def answers(factor: str = "") -> list[Answer]:
    return [
        Answer(f"{factor}plainly", "plainly", 10, 20, 1),
        Answer(f"{factor}two filters", "plainly", 1, 2, 10),
    ]


def served() -> Served:
    waits = [Waits("article", 10, 20), Waits("directory", 10, 25)]
    return Served(
        rows=[row("hello", ""), row("article", "cold", of_hello=0.2, queries=7)],
        specialists=1000,
        publishing=Publishing(20, 15, 90),
        log_ins=LogIns(waits, 12, ""),
        day=Day(100, bookings=2, edits=1, reads=300, hits=270, compared=20, wrong=["/en/old/"]),
    )


def results() -> list[Results]:
    return [
        Results(Size(10, 5), [case("hello", 1), case("directory", 30)], answers(), [], None),
        Results(Size(1000, 5), [case("directory", 40)], [*answers(), *answers("10 × ")], [], served()),
    ]


def test_what_is_measured_by_size_becomes_curves_and_tables():
    pages, questions = growth.parts(results())
    assert pages.table == (
        ["CPU, × hello (queries)", "10", "1,000"],
        [["hello", "1 (5)", ""], ["directory", "30 (5)", "40 (5)"]],
    )
    assert questions.table[0][1:] == ["10", "1,000", "10,000"]
    assert [cells[0] for cells in questions.table[1]] == ["two filters; × plainly"]
    assert questions.table[1][0][1:] == ["1.0 / 2.0; 10 ×"] * 3


def test_one_size_is_no_curve():
    assert list(growth.parts(results()[:1])) == []


PAGE = "\n\n".join(
    f"Words before {name}.\n\n<!-- bench: {name} -->\nformer\n<!-- bench: end -->"
    for name in ("servers", "aims", "growth-pages", "growth-questions", "cms")
)


def test_the_cms_stands_beside_wagtail(tmp_path):
    (tmp_path / document.PAGE).write_text(PAGE)
    figures = [
        ScreenFigures("publish", side, 12, 10, 30, 25, ratio, 1)
        for side, ratio in [("stock", 1.2), ("localize", 1.05)]
    ]
    text = document.save_cms(figures, tmp_path).read_text()
    assert "| publish | 12 | 10 | **1.20** | 10 | 1.05 |" in text
    assert text.count("former") == 4


def test_figures_stand_between_the_marks_and_the_words_around_stay(tmp_path):
    (tmp_path / "pictures").mkdir()
    (tmp_path / document.PAGE).write_text(PAGE)
    files = document.save(results(), tmp_path)
    assert {file.name for file in files} == {document.PAGE, "growth-pages.svg", "growth-questions.svg"}
    text = (tmp_path / document.PAGE).read_text()
    assert text.count("former") == 1, "that of the CMS, which is measured by itself"
    assert text.count("Words before") == 5
    assert "| article, cold | 10 | 1.00 | 1.00 | 7 | 0.200 | 1.00 |  |  |" in text
    assert "300 pages read, 90.0 % of them from the page cache" in text
    assert "1 wrong (/en/old/)" in text
    assert "| 16 clients log in | × idle's p95 | ≤ 3 | ≤ 1.5 | 2.5 | met |" in text
    assert "](pictures/growth-pages.svg)" in text
    document.save(results(), tmp_path)  # once more writes the same
    assert (tmp_path / document.PAGE).read_text() == text


def test_what_was_not_measured_stays_as_it_was(tmp_path):
    (tmp_path / document.PAGE).write_text(PAGE)
    document.save([replace(results()[0], questions=[])], tmp_path)
    assert (tmp_path / document.PAGE).read_text() == PAGE


def test_the_page_has_a_place_for_all_figures():
    text = (document.DOCS / document.PAGE).read_text()
    for name in ("servers", "aims", "growth-pages", "growth-questions"):
        assert document.replaced(text, name, "figures") != text


def test_a_page_without_a_place_is_an_error():
    with pytest.raises(ValueError, match="no place"):
        document.replaced("nothing", "servers", "figures")


def test_one_read_is_its_own_p95():
    assert p95([3.0]) == 3.0
    assert 90 < p95([float(number) for number in range(101)]) < 100
