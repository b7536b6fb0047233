"""What specialists mustn't write in their texts: contact details, prices, promises of a cure. Pure functions, no ORM.

Nothing is ever blocked by it. The specialist is told beside the text, and the moderators are told when it is public.
It looks for what can be read by a machine in English, Ukrainian, German and Arabic, and a little Russian; whoever
wants to be missed by it will be. `tests/directory/test_flags.py` measures what it finds and what it leaves alone.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

CONTACT, PRICE, CURE = "contact", "price", "cure"
NAMES = {
    CONTACT: _("contact details or a link"),
    PRICE: _("a price or a discount"),
    CURE: _("a promise of success or a cure"),
}
LONGEST = 80  # characters of what is shown of one


@dataclass(frozen=True, order=True)
class Flag:
    """`kind` is one of NAMES, `words` what was found, as it was read."""

    kind: str
    words: str

    @property
    def name(self) -> Any:
        return NAMES[self.kind]


# More than four accents on one letter are no language, and normalising sorts them, at the square of their number.
MARK = "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f]"
MANY_MARKS = re.compile(f"({MARK}{{4}}){MARK}+")


def flags(text: str) -> list[Flag]:
    """What in `text` is flagged, in the order of NAMES; each words once."""
    read = readable(text)
    flagged = [
        *(Flag(CONTACT, words) for words in _contacts(read)),
        *(Flag(PRICE, words) for words in _found(PRICES, read)),
        *(Flag(CURE, words) for words in _promises(read)),
    ]
    return list(dict.fromkeys(flagged))


def readable(text: str) -> str:
    """The text in plain letters and the digits 0 to 9, without what can't be seen and only parts words."""
    plain = []
    for letter in unicodedata.normalize("NFKC", MANY_MARKS.sub(r"\1", text)):
        category = unicodedata.category(letter)
        if (category in {"Cf", "Mn", "Me"} and letter != "\u0306") or letter == "\u0640":
            continue  # zero width, direction, accents of their own, keycaps, the Arabic lengthening
        if category == "Nd":
            letter = str(unicodedata.decimal(letter))
        plain.append(letter)
    return unicodedata.normalize("NFC", "".join(plain)).replace("’", "'")


def _found(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    for match in pattern.finditer(text):
        yield _short(match[0])


def _short(words: str) -> str:
    return " ".join(words.split())[:LONGEST]


def _pattern(*parts: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{part})" for part in parts), re.IGNORECASE)


# --- Contact details ----------------------------------------------------------------------------------------------

# Repetitions have an end (64 characters before an @, 63 in a part of a host's name, as in the standards): without one,
# a long row of letters or digits would be read once for each of its characters, which takes minutes.

# Ends of host names that people here use. Not all there are: “.so” or “.am” would find the ends of sentences.
TLD = (
    r"(?:com|net|org|info|biz|me|io|eu|de|at|ch|ua|укр|uk|ru|рф|pl|cz|ro|fr|it|es|nl|se|eg|jo|ae|sa|ly|tr|il|us|ca|au|"
    r"link|bio|site|online|app|health|clinic|care|therapy|coach|center|website|page|space|pro|example|test)"
)
MAILERS = r"(?:gmail|googlemail|hotmail|outlook|yahoo|protonmail|icloud|gmx|web\.de|ukr\.net|i\.ua|t-online)"
IN_BRACKETS = r"(?:\(\s*(?:at|ät)\s*\)|\[\s*(?:at|ät)\s*\]|\{\s*(?:at|ät)\s*\})"
AT = rf"(?:@|{IN_BRACKETS}|\b(?:at|ät|собака|собачка|эт|ет)\b|\b(?:آت|ات|أت)\b)"
DOT = r"(?:\(\s*(?:dot|punkt)\s*\)|\[\s*(?:dot|punkt)\s*\]|\b(?:dot|punkt|крапка|точка|دوت|نقطة)\b)"
LINKS = _pattern(
    r"\b(?:https?|tel|mailto|tg|viber|whatsapp)\s*:\s*\S+",
    r"\bwww\s*\.\s*\w\S*",
    r"[\w.+-]{1,64}\s*@\s*[\w-]{1,63}(?:\s*\.\s*[\w-]{1,63}){1,8}",
    rf"(?<![\w@.])(?:[\w-]{{1,63}}\.){{1,8}}{TLD}\b(?![\w-])(?:/\S*)?",
    rf"[\w.+-]{{1,64}}\s*{AT}\s*[\w-]{{1,63}}\s*{DOT}\s*\w{{2,}}",
    r"[\w.+-]{1,64}\s*(?:\(\s*(?:at|ät)\s*\)|\[\s*(?:at|ät)\s*\]|\{\s*(?:at|ät)\s*\})\s*[\w-]{1,63}",
    rf"[\w.+-]{{1,64}}\s+(?:at|ät|собака|собачка)\s+(?:[\w-]{{1,63}}\.{TLD}\b|{MAILERS}\b)",
    rf"[\w-]{{1,63}}\s+{DOT}\s+{TLD}\b",
    rf"\b{MAILERS}\b",
)
HANDLES = _pattern(
    r"(?<![\w@.])@[^\W\d][\w.]{2,}",
    # Those that are there for writing to somebody. Others are also a subject, so they count with an invitation.
    r"\b(?:whats\s?app|viber|telegram)\b",
    r"\b(?:вотсап\w*|ватсап\w*|вацап\w*|вайбер\w*|телеграм\w*)\b",
    r"(?:واتساب|واتس\s?اب|واتس\s?آب|وتساب|فايبر|تلغرام|تليغرام|تيليجرام|تلجرام|تليجرام|تيلجرام)",
    r"\b(?:insta(?:gram)?|facebook|fb|tik\s?tok|skype|snapchat|linkedin|"
    r"інстаграм\w*|инстаграм\w*|фейсбу[кц]\w*|тікток\w*|скайп\w*)\s*[:=]\s*\S+",
    r"\b(?:find|follow|message|contact|reach|text|dm|add|call|write)(?: to)? (?:me|us)\b.{0,25}\b(?:insta(?:gram)?|"
    r"facebook|tik\s?tok|skype|snapchat|signal|messenger|threads|linkedin)\b",
    r"\b(?:schreib\w*|folg\w*|find\w*|erreich\w*|kontaktier\w*)\b.{0,20}\b(?:mich|mir|uns)\b.{0,20}\b(?:insta(?:gram)?|"
    r"facebook|tik\s?tok|skype|snapchat|signal|messenger|threads|linkedin)\b",
    r"\b(?:пиш\w*|напиш\w*|знайд\w*|підпис\w*|стежте|стеж|шукайте)\b.{0,30}\b(?:інстаграм\w*|инстаграм\w*|фейсбу[кц]\w*|"
    r"instagram|facebook|сигнал\w*|тікток\w*|скайп\w*|директ\w*)",
    # The other way round: “Auf Instagram finden Sie mich”, and what looks like a name on them: “praxis_keller”.
    r"\b(?:insta(?:gram)?|facebook|tik\s?tok|skype|snapchat|linkedin)\b.{0,20}\b(?:find|follow|message|contact|reach|"
    r"schreib|folg|erreich|kontaktier)\w*\b.{0,20}\b(?:me|us|mich|mir|uns)\b",
    r"(?:\b(?:insta(?:gram)?|facebook|tik\s?tok|skype|snapchat|linkedin|threads|signal|інстаграм\w*|инстаграм\w*|"
    r"фейсбу[кц]\w*|тікток\w*)\b|(?:انستغرام|إنستغرام|انستقرام|إنستجرام|انستجرام|فيسبوك|سناب)).{0,30}?"
    r"(?<![\w.])(?=\w*[a-z])\w+[_.]\w[\w.]*",
    r"(?:تابع|راسل|تواصل|ابحث|اكتب|كلم|اتصل)\S*.{0,30}(?:انستغرام|إنستغرام|انستقرام|إنستجرام|انستجرام|فيسبوك|سناب|instagram|facebook)",
)
# Years, dates and times of day, which are no telephone numbers however long they are.
NO_NUMBERS = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?:\s*[-–—/]\s*(?:(?:19|20)\d\d|\d\d))+(?!\d)"
    r"|(?<![\d.])\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d(?!\d)"
    r"|(?<!\d)(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}(?!\d)"
    r"|(?<![\d.])\d{1,2}[.:][0-5]\d(?![.\d])"
    r"|\b(?:ISBN|ISSN|DOI|ORCID)(?:-1[03])?\s*:?\s*[\dX./ -]+",
    re.IGNORECASE,
)
GAP = r"[\s._\-–—/()*+·•|,]{0,3}"
NUMBERS = re.compile(rf"(?<![\w])\+?\(?(?:\d|[oOоОlI](?=[\d\s.\-]*\d))(?:{GAP}[\doOоОlI]){{5,}}(?!\w)")
NUMBER_WORDS = {
    "zero": 0, "oh": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9,
    "null": 0, "eins": 1, "zwei": 2, "zwo": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8,
    "neun": 9,
    "нуль": 0, "ноль": 0, "один": 1, "два": 2, "три": 3, "чотири": 4, "пять": 5, "п'ять": 5, "шість": 6, "сім": 7,
    "вісім": 8, "девять": 9, "дев'ять": 9,
    "صفر": 0, "واحد": 1, "اثنان": 2, "اثنين": 2, "ثلاثة": 3, "اربعة": 4, "أربعة": 4, "خمسة": 5, "ستة": 6, "سبعة": 7,
    "ثمانية": 8, "تسعة": 9,
}  # fmt: skip
# Larger ones as words, which telephone numbers and prices are also told in. German joins them: “siebenundsechzig”.
LARGER_WORDS = (
    r"(?:ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|"
    r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?|hundred|thousand|"
    r"zehn|elf|zwölf|\w{3,30}(?:zehn|zig|ßig|hundert|tausend)|(?:ein)?(?:hundert|tausend)\w*|"
    r"десять|\w{2,9}надцять|двадцять|тридцять|сорок|п'?ятдесят|шістдесят|сімдесят|вісімдесят|дев'?яносто|сто|двісті|"
    r"триста|чотириста|(?:п'?ят|шіст|сім|вісім|дев'?ят)сот|тисяч[аіу]?|"
    r"عشرة|(?:عشر|ثلاث|[أا]ربع|خمس|ست|سبع|ثمان|تسع)(?:ون|ين)|مئة|مائة|مئت(?:ان|ين)|مائت(?:ان|ين)|[أا]لف)"
)
SPOKEN = rf"(?:{'|'.join(NUMBER_WORDS)}|{LARGER_WORDS}|\d+)"
BETWEEN = r"(?:[\s,.\-–]|(?<=\w)\s[و])+و?"
ZERO = r"(?:zero|oh|null|нуль|ноль|صفر)"
SPELLED = re.compile(
    rf"(?<!\w)(?:(?:{'|'.join(NUMBER_WORDS)}|\d)(?:[\s,.\-–]|(?<=\w)\sو)+){{5,}}(?:{'|'.join(NUMBER_WORDS)}|\d)(?!\w)"
    rf"|(?<!\w){ZERO}(?:{BETWEEN}{SPOKEN}){{4,}}(?!\w)",
    re.IGNORECASE,
)
CALLING = _pattern(
    r"\b(?:call|phone|tel|telephone|mobile|text|ring|sms|whatsapp)\b",
    r"\b(?:tel|telefon|anruf\w*|rufen|handy|mobil)\b",
    r"\b(?:тел|телефон\w*|дзвон\w*|дзвін\w*|зателефон\w*|звон\w*|моб)\b",
    r"(?:هاتف|اتصل|للاتصال|جوال|موبايل|رقم)",
)
NEAR = 30  # characters before a number in which a word for calling counts


def _contacts(text: str) -> Iterator[str]:
    yield from _found(LINKS, text)
    yield from _found(HANDLES, text)
    numbers = NO_NUMBERS.sub(lambda match: "§" * len(match[0]), text)
    for match in NUMBERS.finditer(numbers):
        if _is_telephone(match[0], before=numbers[max(0, match.start() - NEAR) : match.start()]):
            yield _short(text[match.start() : match.end()])
    yield from _found(SPELLED, text)


def _is_telephone(words: str, *, before: str) -> bool:
    """Whether a row of digits is one: with + or 0 in front, long, or after a word for calling."""
    count = sum(letter.isdigit() for letter in words)
    if count < 5 or PRICE_BEFORE.search(before):
        return False
    digits = re.sub(r"[oOоО]", "0", re.sub(r"[lI]", "1", words))
    length = len(re.sub(r"\D", "", digits))
    groups = re.findall(r"\d+", digits)
    if all(len(group) == 4 and group[:2] in {"19", "20"} for group in groups) or (
        "," in words and length < 9
    ):
        return False
    if length >= 6 and CALLING.search(before):
        return True
    if length < 7 or length > 15:
        return False
    return digits.lstrip("(").startswith(("+", "0")) or length >= 9


# --- Prices -------------------------------------------------------------------------------------------------------

SIGN = r"[€$£₴₽₪₺﷼¥]"
MONEY = (
    r"(?:eur|euros?|usd|dollars?|gbp|pounds|uah|chf|franken|pln|zł|hryvnias?|bucks|sar|aed|egp|jod|"
    r"євро|евро|грн|гривень|гривня|гривні|гривен|долар\w*|"
    r"يورو|دولار(?:ا|ات)?|ريال(?:ا|ات)?|درهما?|دراهم|دينارا?|دنانير|جنيها?|جنيهات|ليرة|ليرات)"
)
AMOUNT = r"\d[\d.,  ]{0,14}"
PRICE_BEFORE = re.compile(rf"(?:{SIGN}|\b{MONEY})\s*$", re.IGNORECASE)
# What a number after “costs” also counts.
NO_PRICE = (
    r"(?!\d|[.,]\d|\s*%|\s+(?:years?|months?|weeks?|days?|hours?|minutes?|jahre?n?|monate?|wochen|tage|stunden|minuten|"
    r"рок\w*|місяц\w*|тижн\w*|дн\w*|годин\w*|хвилин\w*|عام\S*|سن\S*|شهر\S*|[أا]يام|دقيقة)(?!\w))"
)
PRICES = _pattern(
    rf"{SIGN}\s*{AMOUNT}",
    rf"{AMOUNT}(?:[-–]\s*{AMOUNT})?\s*(?:{SIGN}|{MONEY}(?!\w))",
    rf"(?<!\w)(?:EUR|USD|GBP|UAH|CHF|SAR|AED|EGP|JOD)\s*{AMOUNT}",
    # In words. Pounds are left out: people gain and lose them.
    rf"(?<!\w)(?:{SPOKEN}[\s-]+و?){{1,6}}(?!pounds){MONEY}(?!\w)",
    r"(?<!\w)(?:тис\.?\s+)?грн(?!\w)",
    rf"\b(?:costs?|price[ds]?|fees?|(?<!in )charge[ds]?|kostet|kosten|preis|honorar)\b"
    rf"[:\s]+(?:\w+\s+){{0,2}}\d{{2,}}{NO_PRICE}",
    rf"(?<!\w)(?:кошту[єю]\w*|ціна|вартість|оплата|стоит|цена|سعر\S*|التكلفة|تكلفة|تكلف|رسوم\S*)[:\s—–-]+(?:\w+\s+){{0,2}}\d{{2,}}{NO_PRICE}",
    r"\b(?:cheaper|billiger)\b|(?<!\w)(?:дешевше|дешевле|أرخص|بنصف السعر)(?!\w)|\bzum halben preis\b|\bза півціни\b",
    r"\b(?:discounts?|half[ -]price|special offer|money[ -]back)\b",
    r"\b(?:rabatte?|sonderpreis|sonderangebot|geld[ -]zurück)\b",
    r"(?<!\w)(?:знижк\w*|акційн\w*|скидк\w*|повернення коштів)",
    r"(?<!\w)(?:خصم|خصومات|تخفيض|تخفيضات)(?!\w)",
    r"\b\d{1,3}\s?% (?:off|rabatt|weniger)\b",
)


# --- Promises -----------------------------------------------------------------------------------------------------

ILLNESS = (
    r"(?:depressions?|anxiety|panic|ptsd|trauma|insomnia|addictions?|ocd|bipolar|schizophrenia|adhd|phobias?|"
    r"eating disorders?|burn[ -]?out|grief|pain|illness(?:es)?|disorders?)"
)
CURES = _pattern(
    r"\bcur(?:e|es|ed|ing)\b(?!\s*(?:ham|hams|meat|meats|fish|bacon|sausages?|pork|salmon|resin|concrete|tobacco)\b)",
    rf"\b(?:i|we|will|can|to|method|therapy)\s+(?:\w+\s+){{0,2}}heals?\s+(?:you|your|all|every|any|{ILLNESS})",
    r"\bguarantee(?:d|s|ing)?\b",
    r"\b(?:once and for all|miracle|instant relief)\b",
    r"\b(?:free (?:of|from)|rid of|overcome|beat|end)\b[^.!?\n]{0,40}\b(?:in|within|after)\s+(?:just |only )?"
    r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|a few|a)\s+"
    r"(?:days?|hours?|sessions?|weeks?|minutes?)\b",
    rf"\b(?:permanently|forever)\b[^.!?\n]{{0,20}}\b(?:free|gone|cured|healed|{ILLNESS})",
    r"\b(?:rid of|free (?:of|from)|gone|disappears?|vanish(?:es)?|go(?:es)? away|leaves? you|stops?|ends?)\b"
    r"[^.!?\n]{0,40}\b(?:forever|for good|permanently|for ever)\b",
    r"\b(?:all|every|each(?: one)?|none) of my (?:clients|patients)\b[^.!?\n]{0,30}\b"
    r"(?:recover\w*|relaps\w*|healthy|free of|symptom[ -]free|well again)\b",
    r"\b(?:always|never fails?)\s+(?:works|succeeds)\b|\bnever fails\b|\bsuccess rate\b",
    r"(?<![\d.,])100\s?(?:%|percent\b|prozent\b|відсотк\w*|بالمئة|بالمائة|٪)(?!\s*(?:\w+\s+)?(?:online|remote|"
    r"confidential\w*|vertraulich\w*|anonym\w*|private|онлайн|конфіденційн\w*|анонімн\w*|سري\w*|عن بعد))",
    # German
    r"\bgeheilt\w*\b",
    r"\bich\s+heile\b|\bheile\s+(?:ich|ihre?n?|sie|jede\w*|alle\w*|depression\w*|angst\w*)\b",
    r"\b(?:depression\w*|angst\w*|ängste|panik\w*|trauma\w*|sucht|störung\w*|krankheit\w*|sie|"
    r"vollständig|dauerhaft|für immer)\s+(?:\w+\s+){0,2}heilen\b",
    r"\bgarantie(?:rt\w*|re|ren)?\b|\b(?:erfolgs|heilungs)garantie\b|\bheilung\s+(?:in|nach|binnen|sicher|versprochen)\b",
    r"\bein für alle ?mal\b|\bwunder(?:mittel|methode|heilung)\b|\berfolgsquote\b",
    r"\b(?:angst|depressions|panik|sucht|sorgen|schmerz|symptom|beschwerde)frei\s+(?:in|nach|binnen|für immer)\b",
    r"\b(?:für immer|dauerhaft|endgültig)\s+(?:\w+\s+)?"
    r"(?:(?:angst|depressions|panik|sucht|sorgen|schmerz|symptom|beschwerde)frei|los|gesund|befreit)\b",
    r"\b(?:verschwind\w*|loswerden|befreie)\b[^.!?\n]{0,30}\b(?:für immer|endgültig|"
    r"(?:in|nach|binnen)\s+(?:\w+\s+)?(?:\d+|zwei|drei|vier|fünf|wenigen|einer)\s+(?:tag|woche|sitzung|termin|stunde)\w*)",
    r"\bnie (?:wieder|mehr) (?:angst|panik\w*|depression\w*|depressiv)\b",
    # Ukrainian and Russian
    r"(?<!\w)(?:вилікую|вилікував\w*|вилікуйте\w*|вилікуєте\w*|вилікувати|виліковую|зцілю|зцілюю|зцілила?|"
    r"вылечу|вылечил\w*|излечу|исцел[юи]\w*)",
    r"(?<!\w)(?:гарант(?:ую|уємо|ований|ована|овано|оване|ія|ією|ію|ирую|ируем|ировано?|ированный))(?!\w)",
    r"(?<!\w)(?:раз і назавжди|раз и навсегда|диво-метод\w*|чудодійн\w*|стовідсотков\w*)",
    r"(?<!\w)позбав\w*\s+[^.!?\n]{0,40}\s(?:назавжди|за\s+(?:\d+|один|два|три|кілька)\s+(?:дн\w*|сеанс\w*|сесі\w*|тижн\w*))",
    r"(?<!\w)(?:зникн\w+|минуть|мине|пройд\w+|позбудет\w+|забудет\w+|исчезн\w+|избав\w+)\s+[^.!?\n]{0,30}?"
    r"(?:назавжди|навсегда|за\s+(?:\d+|один|два|три|чотири|п'?ять|десять|кілька|місяць|тиждень|день|неделю|месяц)(?!\w))",
    # Arabic
    r"(?:يختفي|تختفي|سيختفي|ستختفي|يزول|سيزول|ستزول)\s+(?:\S+\s+){0,4}(?:نهائيا|للأبد|إلى الأبد|خلال\s+\S+)",
    r"(?:أشفي|اشفي|سأشفي|نشفي|أشفيك|يشفيك|شفيت)(?!\w)",
    r"شفاء\s+(?:تام|كامل|مضمون|نهائي|سريع|أكيد)|الشفاء\s+(?:التام|الكامل|المضمون|النهائي|الأكيد)",
    r"(?:أعدك|أعدكم|نعدكم|أضمن|اضمن|نضمن|يضمن|تضمن)\s+(?:\S+\s+){0,3}ب?(?:ال)?(?:شفاء|نتائج|نتيجة|نجاح|علاج)",
    r"(?:علاج|نتائج|نتيجة|شفاء)\s+(?:\S+\s+)?مضمون\S*",
    r"(?:أعالج|علاج|نعالج|تخلص|أخلصك)\s+(?:\S+\s+){0,4}(?:نهائيا|للأبد|إلى الأبد|"
    r"خلال\s+(?:\d+|ثلاثة|أسبوع|يوم\S*|جلس\S*))",
)
NOT_BEFORE = re.compile(
    r"(?:\b(?:no|not|never|nobody|none|neither|without|cannot|can't|don't|doesn't|won't|isn't|aren't|nothing|quick)\b"
    r"|\b(?:kein\w*|nicht|nie|niemand|ohne|weder|nichts)\b"
    r"|(?<!\w)(?:не|ні|без|ніхто|ніколи|жодн\w*|нет|никто)(?!\w)"
    r"|(?<!\w)(?:لا|لن|لم|ليس|ليست|بدون|دون|بلا|ما من|لا يوجد)(?!\w))[^.!?\n]{0,35}$",
    re.IGNORECASE,
)
NOT_AFTER = re.compile(
    r"^[^.!?\n,;]{0,25}\b(?:nicht|nichts|niemand|keine?|no one|nobody|не (?:можу|можна|можливо|обіцяю))\b",
    re.IGNORECASE,
)


NOT_WITHIN = re.compile(
    r"\b(?:not|\w+n't|nicht|nie(?! (?:wieder|mehr)))\b|(?<!\w)(?:не|لا|لن)(?!\w)", re.IGNORECASE
)


def _promises(text: str) -> Iterator[str]:
    """What is promised. “I can't guarantee anything” promises nothing."""
    for match in CURES.finditer(text):
        if NOT_BEFORE.search(text[max(0, match.start() - 50) : match.start()]):
            continue
        if NOT_AFTER.search(text[match.end() : match.end() + 40]):
            continue
        if NOT_WITHIN.search(match[0]):
            continue
        yield _short(match[0])
