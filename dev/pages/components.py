"""Every component alone, on invented content: light and dark, both directions, long names, empty states."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from accounts.login_required import Reason


@dataclass(frozen=True)
class Sample:
    """A component on one set of parameters; `note` says what this case shows."""

    name: str
    note: str
    context: dict[str, Any] = field(default_factory=dict)

    def html(self) -> SafeString:
        """The component rendered without a request, as `include … only` would."""
        return render_to_string(f"components/{self.name}.html", self.context)


class SampleForm(forms.Form):
    """One field of each kind that the site's forms have."""

    name = forms.CharField(label="Name or nickname", help_text="It is what your specialist will call you.")
    email = forms.EmailField(label="E-mail", initial="somebody@example.org")
    language = forms.ChoiceField(
        label="Language", choices=[("en", "English"), ("uk", "Українська"), ("ar", "العربية")]
    )
    line = forms.CharField(
        label="What is it about?", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    where = forms.ChoiceField(
        label="Where", widget=forms.RadioSelect, choices=[("online", "Online"), ("place", "In person")]
    )
    adult = forms.BooleanField(label="I am 18 or older, or my guardian knows about this")


ENGLISH = {
    "title": "When trust has been broken, where do you begin?",
    "summary": "Repair is slower than an apology and plainer than a promise. What helps, what doesn’t, and "
    "when to ask somebody else in.",
    "topic": "Relationships",
    "topics": ["Relationships", "Trust", "Anxiety"],
    "paragraph": "Trust is less a feeling than a forecast. We trust people whose next step we can roughly "
    "foresee, and who tell us early when it is going to be a different one.",
    "heading": "What trust is made of",
    "point": "Small kept promises weigh more than one great gesture.",
    "question": "Does an apology have to come first?",
    "name": "Iryna Vzirets",
    "long_name": "Prof. Dr. Maximiliane-Alexandra von Musterhausen-Beispielowska",
    "author": "Mara Sample",
    "profession": "Clinical psychologist",
    "where": "Berlin · online",
    "languages": "Українська, English",
    "availability": "Next free time: Tuesday 24 November",
    "slot_day": "Tue",
    "heading_day": "Tuesday 24 November",
    "action": "Book a free consultation",
    "free_title": "Thirty minutes, free, with a person",
    "free_text": "Talk once with a checked specialist and see whether you get on. No account, no obligation.",
    "callout_title": "Try this together",
    "empty_title": "No specialist fits all of that",
    "empty_text": "Take one choice away, or look at everyone who speaks your language.",
    "home": "Home",
    "articles": "Articles",
    "alert": "Your message has been sent.",
    "zone": "Kyiv, UTC+2",
    "other_zone": "Berlin, UTC+1",
    "language": "English",
    "aspect": "How long",
    "first": "30 minutes, once",
    "second": "50 minutes, every week or two",
}
ARABIC = {
    "title": "حين تنكسر الثقة، من أين نبدأ؟",
    "summary": "الإصلاح أبطأ من اعتذار وأبسط من وعد. ما الذي يساعد، وما الذي لا يساعد، ومتى نطلب عون غيرنا.",
    "topic": "العلاقات",
    "topics": ["العلاقات", "الثقة", "القلق"],
    "paragraph": "الثقة توقّع أكثر منها شعورًا. نثق بمن نستطيع أن نتوقّع خطوته القادمة تقريبًا، وبمن يخبرنا "
    "مبكرًا حين تتغيّر.",
    "heading": "ممَّ تتكوّن الثقة",
    "point": "الوعود الصغيرة المحفوظة أثقل وزنًا من لفتة كبيرة واحدة.",
    "question": "هل يجب أن يأتي الاعتذار أولًا؟",
    "name": "ليلى النموذج",
    "long_name": "الأستاذة الدكتورة نور الهدى عبد الرحمن المثال النموذجية",
    "author": "نادية المثال",
    "profession": "اختصاصية علم النفس العيادي",
    "where": "عمّان · عبر الإنترنت",
    "languages": "العربية، Français",
    "availability": "أقرب موعد: الثلاثاء ٢٤ نوفمبر",
    "slot_day": "الثلاثاء",
    "heading_day": "الثلاثاء ٢٤ نوفمبر",
    "action": "احجز استشارة مجانية",
    "free_title": "ثلاثون دقيقة مجانية مع إنسان",
    "free_text": "تحدّث مرة واحدة مع مختص موثوق وانظر هل ترتاح إليه. بلا حساب وبلا التزام.",
    "callout_title": "جرّبا هذا معًا",
    "empty_title": "لا أحد يناسب كل ذلك",
    "empty_text": "أزل خيارًا واحدًا، أو انظر إلى كل من يتحدث لغتك.",
    "home": "الرئيسية",
    "articles": "المقالات",
    "alert": "تم إرسال رسالتك.",
    "zone": "عمّان، UTC+3",
    "other_zone": "برلين، UTC+1",
    "language": "الإنجليزية",
    "aspect": "المدة",
    "first": "ثلاثون دقيقة، مرة واحدة",
    "second": "خمسون دقيقة، كل أسبوع أو أسبوعين",
}


def paragraphs(*texts: str) -> SafeString:
    """`texts` as the rendered rich text that blocks give to components."""
    return format_html_join("", "<p>{}</p>", ((text,) for text in texts))


def samples(words: dict[str, Any]) -> Iterator[Sample]:
    """Every component, on `words`: ENGLISH or ARABIC. Samples of one component stand together."""
    yield from frame_samples(words)
    yield from reading_samples(words)
    yield from finding_samples(words)
    yield from booking_samples(words)
    yield from form_samples(words)
    yield from gate_samples()


def frame_samples(words: dict[str, Any]) -> Iterator[Sample]:
    """Headers, ways on and what the site says of itself."""
    yield Sample(
        "page_header", "all", {"eyebrow": words["topic"], "title": words["title"], "lede": words["summary"]}
    )
    yield Sample("page_header", "title alone", {"title": words["articles"]})
    yield Sample(
        "section_header",
        "all",
        {"title": words["articles"], "text": words["free_text"], "url": "#", "label": words["action"]},
    )
    crumbs = [
        {"title": words["home"], "url": "#"},
        {"title": words["articles"], "url": "#"},
        {"title": words["title"]},
    ]
    yield Sample("breadcrumbs", "three", {"items": crumbs})
    for kind in ("primary", "secondary", "quiet", "free"):
        yield Sample("button", kind, {"label": words["action"], "url": "#", "kind": kind})
    yield Sample("button", "submit, with an icon", {"label": words["action"], "icon": "calendar-check"})
    for kind in ("success", "info", "warning", "error"):
        yield Sample("alert", kind, {"kind": kind, "text": words["alert"]})
    yield Sample("help_box", "its own words", {"url": "#"})
    yield Sample("help_box", "quiet", {"url": "#", "quiet": True})
    a_line = {
        "kind": "crisis",
        "kind_name": "crisis line",
        "name": "Samaritans",
        "display": "116 123",
        "dial": "116123",
        "hours": "Day and night",
        "languages": "English",
        "website": "https://www.samaritans.org",
        "is_inside_only": True,
    }
    places = [{"country": "Ireland", "lines": [a_line]}]
    yield Sample("help_box", "with numbers to call", {"url": "#", "title": "In danger?", "places": places})
    yield Sample("help_lines", "of one country", {"places": places})
    yield Sample(
        "help_lines", "of several countries", {"places": [*places, {"country": "Egypt", "lines": [a_line]}]}
    )
    yield Sample("helplines_country", "", {"country": {"code": "IE", "name": "Ireland", "lines": [a_line]}})
    yield Sample(
        "call_button",
        "",
        {"name": "Samaritans", "display": "116 123", "dial": "116123", "note": "Day and night"},
    )
    yield Sample("locale_notice", "", {"language": words["language"], "url": "#", "label": words["home"]})
    actions = [{"label": words["action"], "url": "#"}, {"label": words["home"], "url": "#", "kind": "quiet"}]
    yield Sample(
        "empty_state", "", {"title": words["empty_title"], "text": words["empty_text"], "actions": actions}
    )
    promises = [
        {"title": words["heading"], "text": words["point"], "icon": icon}
        for icon in ("badge-check", "shield", "heart")
    ]
    yield Sample("promises", "", {"promises": promises})
    steps = [
        {"title": words["heading"], "text": words["point"], "done": True},
        {"title": words["action"], "text": words["point"], "current": True},
        {"title": words["topic"]},
    ]
    yield Sample("steps", "one done, one current", {"steps": steps})


def reading_samples(words: dict[str, Any]) -> Iterator[Sample]:
    """What an article is made of."""
    people = [{"name": words["author"], "url": "#"}, {"name": "Nadia Mithal", "lang": "en"}]
    yield Sample(
        "byline",
        "all",
        {
            "authors": people,
            "reviewer": "Oleh Zrazok",
            "reviewer_title": words["profession"],
            "published_on": date(2026, 9, 14),
            "last_reviewed_on": date(2026, 10, 12),
            "next_review_on": date(2027, 10, 12),
            "minutes": 7,
        },
    )
    yield Sample(
        "byline", "not reviewed", {"authors": people[:1], "published_on": date(2026, 9, 14), "minutes": 1}
    )
    contents = [
        {"id": f"part-{number}", "title": words["heading"], "level": level}
        for number, level in enumerate((2, 3, 3, 2))
    ]
    yield Sample("toc", "two levels", {"items": contents})
    for kind in ("information", "care", "warning"):
        yield Sample(
            "callout",
            kind,
            {"kind": kind, "title": words["callout_title"], "html": paragraphs(words["paragraph"])},
        )
    yield Sample("key_points", "", {"points": [words["point"], words["paragraph"], words["point"]]})
    yield Sample("quote", "", {"text": words["point"], "attribution": words["author"]})
    picture = {"url": "/static/img/social.png", "width": 1200, "height": 630, "alt": ""}
    yield Sample("figure", "", {"image": picture, "caption": words["summary"], "credit": words["author"]})
    questions = [{"question": words["question"], "html": paragraphs(words["paragraph"])}] * 3
    yield Sample("questions", "", {"title": words["heading"], "items": questions})
    sources = [
        {
            "authors": "Sample, M., & Zrazok, O.",
            "year": "2024",
            "title": "An invented paper with quite a long title, to see how references wrap",
            "publisher": "Journal of Examples, 12(3), 45–67",
            "url": "https://example.org/10.0000/example",
        },
        {
            "authors": "Example, E.",
            "year": "2019",
            "title": "A book without an address",
            "publisher": "Sample Press",
        },
    ]
    yield Sample("reference_list", "", {"items": sources})
    yield Sample(
        "embed",
        "with a player",
        {
            "url": "https://example.org/watch",
            "player_url": "https://example.org/embed",
            "title": words["title"],
            "description": words["summary"],
            "provider": "example.org",
        },
    )
    yield Sample("share", "", {"title": words["title"], "url": "https://attune.example/articles/trust/"})
    card = {
        "title": words["title"],
        "url": "#",
        "summary": words["summary"],
        "topic": words["topic"],
        "topic_url": "#",
        "minutes": 7,
        "author": words["author"],
    }
    yield Sample("article_card", "with a picture", {**card, "image": picture})
    yield Sample("article_card", "without", card)
    yield Sample("article_card", "title alone", {"title": words["title"], "url": "#"})
    yield Sample(
        "call_to_action",
        "",
        {
            "title": words["heading"],
            "text": words["point"],
            "url": "#",
            "label": words["action"],
            "icon": "search",
        },
    )
    yield Sample(
        "consultation_card",
        "",
        {"title": words["free_title"], "text": words["free_text"], "url": "#", "label": words["action"]},
    )


def finding_samples(words: dict[str, Any]) -> Iterator[Sample]:
    """The directory and the profile."""
    topics = [
        {"title": title, "url": "#", "current": number == 1}
        for number, title in enumerate([*words["topics"], words["topic"], *words["topics"]])
    ]
    yield Sample("topic_chips", "one chosen", {"topics": topics})
    yield Sample("tags", "", {"tags": words["topics"]})
    yield Sample("free_label", "", {})
    yield Sample("portrait", "initials", {"initials": "IV"})
    yield Sample("portrait", "large", {"initials": "لن", "size": "large"})
    yield Sample(
        "person", "", {"name": words["author"], "role": words["profession"], "initials": "MS", "url": "#"}
    )
    slots = [
        {"label": f"{words['slot_day']} {hour}", "url": "#", "datetime": f"2026-11-24T{hour}Z"}
        for hour in ("09:30", "10:00", "17:30")
    ]
    card = {
        "name": words["name"],
        "url": "#",
        "initials": words["name"][0],
        "profession": words["profession"],
        "checked_on": "3 Nov 2026",
        "is_free": True,
        "topics": words["topics"],
        "session_languages": words["languages"],
        "where": words["where"],
        "price": "€60–75",
        "slots": slots,
        "more_url": "#",
        "availability": words["availability"],
    }
    yield Sample("specialist_card", "free, with times", card)
    yield Sample("specialist_card", "a long name", {**card, "name": words["long_name"], "slots": slots[:1]})
    quiet = {**card, "is_free": False, "slots": [], "availability": "", "price": "", "checked_on": ""}
    yield Sample("specialist_card", "no times, not free", quiet)
    yield Sample(
        "profile_header",
        "",
        {
            **{key: card[key] for key in ("name", "initials", "profession", "checked_on", "is_free")},
            "headline": words["summary"],
            "checked_url": "#",
        },
    )
    facts = [
        {"term": words["topic"], "detail": words["languages"], "icon": "languages"},
        {"term": words["topic"], "detail": words["where"], "icon": "map-pin"},
        {"term": words["topic"], "detail": "€60–75", "icon": "wallet"},
    ]
    yield Sample("facts", "", {"facts": facts})
    rows = [{"aspect": words["aspect"], "first": words["first"], "second": words["second"]}] * 3
    yield Sample(
        "comparison",
        "",
        {
            "rows": rows,
            "aspect_title": "",
            "first_title": words["free_title"],
            "second_title": words["heading"],
            "caption": words["heading"],
        },
    )
    pages = Paginator(range(200), 10)
    yield Sample(
        "pagination", "in the middle", {"page_obj": pages.page(9), "base_query": "topic=sleep&free=on"}
    )
    yield Sample("pagination", "first", {"page_obj": pages.page(1)})


def booking_samples(words: dict[str, Any]) -> Iterator[Sample]:
    """Choosing a time."""
    yield Sample(
        "time_zone_note",
        "two clocks",
        {
            "time_zone": words["zone"],
            "specialist_name": words["name"],
            "specialist_time_zone": words["other_zone"],
            "change_url": "#",
        },
    )
    slots = [
        {
            "value": f"2026-11-24T{hour}Z",
            "label": hour,
            "datetime": f"2026-11-24T{hour}Z",
            "sr_label": words["heading_day"],
            "checked": hour == "10:00",
            "url": "#",
        }
        for hour in ("09:30", "10:00", "10:30", "16:00")
    ]
    yield Sample(
        "slot_day",
        "buttons",
        {"heading_level": 2, "heading": words["heading_day"], "datetime": "2026-11-24", "slots": slots},
    )
    yield Sample(
        "slot_day",
        "links",
        {"heading_level": 2, "heading": words["heading_day"], "slots": slots, "mode": "link"},
    )
    yield Sample("slot_day", "none", {"heading_level": 2, "heading": words["heading_day"]})
    yield Sample("slot_nav", "", {"earlier_url": "#", "later_url": "#"})
    yield Sample("slot_nav", "buttons", {"name": "from", "later": date(2026, 12, 8), "label": "Later"})


def form_samples(words: dict[str, Any]) -> Iterator[Sample]:
    """Forms, empty and with errors."""
    fresh, wrong = SampleForm(auto_id="fresh_%s"), SampleForm({"email": "no"}, auto_id="wrong_%s")
    yield Sample("error_summary", "", {"form": wrong})
    for bound in fresh:
        yield Sample("form_field", bound.name, {"field": bound})
    for bound in wrong:
        yield Sample("form_field", f"{bound.name}, wrong", {"field": bound})
    yield Sample("field_mark", "required", {"required": True})
    yield Sample("field_notes", "", {"id": "alone", "help": words["point"], "errors": [words["empty_title"]]})
    options = [
        {"value": str(number), "name": name, "count": 7 * number, "is_chosen": number == 1}
        for number, name in enumerate([words["topic"], words["languages"], words["where"]])
    ]
    group = {"kind": "sample", "title": words["heading"], "options": options, "chosen": 1, "is_open": True}
    yield Sample("options", "one chosen", {"group": group})


def gate_samples() -> Iterator[Sample]:
    """Why a page asks to log in: each reason, in the words of the site."""
    for reason in Reason:
        gate = {"title": reason.label, "text": reason.why, "next": "/en/"}
        yield Sample("gate", reason.value, {**gate, "kept": reason == Reason.QUESTION})


def components(request: HttpRequest) -> HttpResponse:
    """The components on one page.

    `?dir=rtl` shows them in Arabic, `?theme=dark` or `light` whatever the browser prefers, `?name=`
    one of them alone.
    """
    is_rtl = request.GET.get("dir") == "rtl"
    theme = request.GET.get("theme", "")
    name = request.GET.get("name", "")
    with translation.override("ar" if is_rtl else "en"):
        shown = [one for one in samples(ARABIC if is_rtl else ENGLISH) if name in ("", one.name)]
        if not shown:
            raise Http404
        context = {
            "groups": [(key, list(group)) for key, group in groupby(shown, key=lambda one: one.name)],
            "text_direction": "rtl" if is_rtl else "ltr",
            "composed": {one.name: one.html() for one in reversed(shown)} if not name else {},
            "words": ARABIC if is_rtl else ENGLISH,
            "theme": theme if theme in ("light", "dark") else "",
        }
        return render(request, "dev/components.html", context)
