"""Typos in e-mail addresses: robin@gmial.com. Nobody is refused for one; they are asked."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rapidfuzz.distance import OSA

from core.mail.addresses import canonical_address, validate_address
from core.names import isolated

# Where most mail goes to. A domain that is a typo away from one of these is asked about.
COMMON = """
    gmail.com yahoo.com hotmail.com outlook.com icloud.com live.com aol.com googlemail.com protonmail.com proton.me
    ukr.net meta.ua gmx.de web.de t-online.de freenet.de gmx.net mail.ru yandex.ru rambler.ru yandex.ua
    hotmail.de yahoo.de outlook.de hotmail.co.uk yahoo.co.uk btinternet.com hotmail.fr yahoo.fr orange.fr
""".split()  # noqa: SIM905 - a list of words is easier to read so

# Real ones that look like a typo of another; nobody is asked about them, nor about any of the above.
OTHERS = """
    mail.com email.com ymail.com rocketmail.com fastmail.com fastmail.fm hushmail.com zoho.com zohomail.com pm.me
    protonmail.ch proton.ch tutanota.com tutanota.de tuta.com tuta.io mailbox.org posteo.de posteo.net disroot.org
    riseup.net mail.de email.de gmx.at gmx.ch gmx.com gmx.eu gmx.org gmx.info live.de live.at live.nl live.fr live.it
    live.se live.dk live.no live.ca live.co.uk live.com.au msn.com me.com mac.com love.com aim.com aon.at aon.com
    arcor.de kabelmail.de freenet.at vodafone.de vodafonemail.de online.de 1und1.de ionos.de o2online.de
    a1.net chello.at inode.at bluewin.ch hispeed.ch sunrise.ch
    i.ua e-mail.ua email.ua mail.ua ua.fm bigmir.net online.ua 3g.ua yandex.com yandex.by yandex.kz ya.ru
    bk.ru list.ru inbox.ru internet.ru mail.ee mail.bg abv.bg
    wp.pl o2.pl op.pl onet.pl interia.pl gazeta.pl seznam.cz email.cz centrum.cz post.cz azet.sk zoznam.sk
    outlook.sa outlook.ae outlook.at outlook.fr outlook.es outlook.it outlook.co.il hotmail.at hotmail.ch hotmail.es
    hotmail.it hotmail.nl hotmail.se hotmail.ca hotmail.com.tr maktoob.com yahoo.ae yahoo.at yahoo.ca yahoo.es
    yahoo.it yahoo.pl yahoo.ro yahoo.se yahoo.com.ar yahoo.com.au yahoo.com.br yahoo.com.tr yahoo.com.ua yahoo.co.in
    yahoo.co.jp yahoo.co.id walla.co.il walla.com mynet.com
    sky.com ntlworld.com talktalk.net tiscali.co.uk virginmedia.com free.fr sfr.fr laposte.net wanadoo.fr libero.it
    comcast.net verizon.net att.net sbcglobal.net cox.net charter.net earthlink.net rogers.com shaw.ca
    qq.com 163.com 126.com naver.com daum.net duck.com hey.com inbox.com inbox.lv
""".split()  # noqa: SIM905 - a list of words is easier to read so

REAL = frozenset(COMMON) | frozenset(OTHERS)

# Endings that don't exist, and what they were to be. Countries' are left alone: .co, .cm and .om are real.
ENDINGS = {
    **dict.fromkeys(("con", "cmo", "ocm", "vom", "xom", "cpm", "comm", "coom", "conm", "clm"), "com"),
    **dict.fromkeys(("nte", "ner", "nrt", "nett", "ent"), "net"),
    **dict.fromkeys(("ogr", "orgg", "rog"), "org"),
    **dict.fromkeys(("ed", "dee"), "de"),
}
ALMOST_COM = {
    "co",
    "cm",
    "om",
    "cim",
    "cam",
}  # real endings, under which none of the large ones gives addresses
LONG = 5  # letters: of shorter names, every other one is somebody's, so only swapped letters count
LONGEST = 60


def suggestion(address: str) -> str | None:
    """The address that was probably meant, or None if `address` looks as it should.

    Looks at the domain alone. A dot that is missing or a comma (`gmail,com`) is a typo too.
    """
    name, _at, domain = address.strip().rpartition("@")
    domain = canonical_address(domain)
    if not name or not domain or len(domain) > LONGEST:
        return None
    meant = _meant(domain.replace(",", ".").rstrip("."))
    return f"{name}@{meant}" if meant != domain else None


def _meant(domain: str) -> str:
    if domain in REAL:
        return domain
    host, dot, ending = domain.rpartition(".")
    if not dot:  # gmailcom, gmail
        squeezed = {known.replace(".", ""): known for known in COMMON}
        return squeezed.get(domain) or next((one for one in COMMON if _near(domain, one)), domain)
    repaired = f"{host}.{ENDINGS.get(ending, ending)}"
    if repaired in REAL:
        return repaired
    return next((known for known in COMMON if _is_slip(repaired, known)), repaired)


def _is_slip(domain: str, known: str) -> bool:
    label, _dot, ending = domain.partition(".")
    known_ending = known.partition(".")[2]
    is_ending = ending == known_ending or (known_ending == "com" and ending in ALMOST_COM)
    return is_ending and _near(label, known)


def _near(label: str, known: str) -> bool:
    """Whether `label` is the name of `known` but for a letter too many, too few or wrong, or two swapped ones."""
    name = known.partition(".")[0]
    if OSA.distance(label, name, score_cutoff=1) > 1:
        return False
    return len(name) >= LONG or sorted(label) == sorted(name)


def _is_address(text: str) -> bool:
    try:
        validate_address(canonical_address(text))
    except ValidationError:
        return False
    return True


class AsksAboutTypos(forms.Form):
    """A form with a field `email` that comes back once to ask about an address that looks mistyped.

    Whoever sends the same address again means it. The question stands right after the address. About one that can't
    be an address (robin@gmail) it offers the correction alone, and says nothing else.
    """

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        typed = (data or {}).get("email") or ""
        meant = suggestion(typed)
        if meant and data.get("email_meant") == meant:  # the answer was yes
            data = data.copy()
            data["email"], meant = meant, None
        super().__init__(data, *args, **kwargs)
        self.question = ""
        self.may_be_right = _is_address(typed)
        if meant:
            self._add_question(typed, meant)
        if meant and data.get("email_asked") != typed:
            self.question = _("Did you mean %(address)s?") % {"address": isolated(meant)}

    def _add_question(self, typed: str, meant: str) -> None:
        choices = [(meant, _("Yes, %(address)s") % {"address": isolated(meant)})]
        if self.may_be_right:
            choices.append((typed, _("No, %(address)s is right") % {"address": isolated(typed)}))
        self.fields["email_meant"] = forms.ChoiceField(
            label=gettext_lazy("Your e-mail address"),
            choices=choices,
            widget=forms.RadioSelect,
            required=False,
        )
        self.fields["email_asked"] = forms.CharField(widget=forms.HiddenInput, required=False)
        data = cast(Any, self.data).copy()
        data["email_asked"] = typed  # the browser tells next time what it was asked about
        if data.get("email_meant") not in {
            None,
            *(address for address, _label in choices),
        }:  # the answer to an earlier question
            del data["email_meant"]
        self.data = data
        names = list(self.fields)
        names.remove("email_meant")
        names.insert(names.index("email") + 1, "email_meant")
        self.order_fields(names)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.question:
            if not self.may_be_right:
                self.errors.pop("email", None)
            self.add_error("email_meant", self.question)
        return cleaned
