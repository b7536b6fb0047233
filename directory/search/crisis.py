"""Whether somebody who types this may need help now: then the page says first where it is.

Words of ending one's life or hurting oneself, in the languages of the site and in those that its readers often type.
One box too many does no harm; so whole texts are searched for parts of words, whatever the page's language.
"""

from directory.search.words import folded

SIGNS = """
    suicid|kill myself|killing myself|end my life|ending my life|end it all|take my own life|want to die|wanna die
    don't want to live|dont want to live|no reason to live|better off dead|self-harm|self harm|selfharm|hurt myself
    harm myself|cut myself|cutting myself
    самогуб|суіцид|суицид|самоубий|не хочу жити|не хочу жить|хочу померти|хочу умереть|вбити себе|убити себе|убить себя
    покінчити з|накласти на себе|ріжу себе|різати себе|порізати себе|режу себя|самоушкодж|самопошкодж|селфхарм
    suizid|selbstmord|selbsttotung|will sterben|mochte sterben|nicht mehr leben|nicht mehr da sein|mich umbringen
    mir das leben nehmen|selbstverletz|mich verletzen|mich ritzen|ritze mich
    انتحار|انتحر|اقتل نفسي|قتل نفسي|انهي حياتي|انهاء حياتي|اريد ان اموت|اريد الموت|بدي اموت|لا اريد ان اعيش
    ما بدي اعيش|ايذاء النفس|ايذاء نفسي|اؤذي نفسي|اذي نفسي|اجرح نفسي
"""
PARTS = [folded(sign.strip()) for line in SIGNS.strip().splitlines() for sign in line.split("|")]


def may_need_help(text: str) -> bool:
    """Whether the text has a sign of somebody in danger."""
    plain = " ".join(folded(text.replace("’", "'")).split())
    return any(part in plain for part in PARTS)
