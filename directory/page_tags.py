"""What of the directory's tables pages depend on."""

from core.page_cache.reading import announce
from core.page_cache.tags import follow, kind
from core.page_tags import HIDDEN, PAGE

SPECIALIST = kind("specialist")  # by number: the facts, and which pages they have
TIMES = kind("times")  # by number: free times, from whichever app knows them
NEXT_SLOT = kind("next_slot")  # by number: when the next of them is
PORTRAIT = kind("portrait")  # by number, with its sizes
DIRECTORY = kind("directory")  # who is listed, in which order, and how many each option fits
FITTING = kind("fitting")  # by number of an option: whom it fits, and in which order
OPTION = kind("option")  # which options there are
PROFESSION, PLACE = kind("profession"), kind("place")  # by slug, as topics
METHOD, CLIENT_GROUP = kind("method"), kind("clientgroup")

# What moderators and mails note about somebody.
UNSEEN = ("accepting_asked_on", "changed_at", "flags", "checked_by", "created_at", "updated_at")
# Free times that stand in no list; those that do change the order.
TIMES_BEHIND = ("upcoming", "advance_at", "stale_at")
ORDER = ("next_slot_at", "soon", *TIMES_BEHIND)

follow("directory.SpecialistIndexPage", PAGE, "page_ptr")
follow("directory.SpecialistPage", PAGE, "page_ptr")
follow("directory.Specialist", SPECIALIST, "id", ignoring=UNSEEN)
follow("directory.Specialist", HIDDEN, only=("state",))
follow("directory.SearchRow", SPECIALIST, "specialist", ignoring=ORDER)
follow("directory.SearchRow", NEXT_SLOT, "specialist", only=("next_slot_at",))
# Who isn't public, or takes nobody, has no free times.
follow("directory.Specialist", TIMES, "id", only=("state", "is_accepting", "offers_free_consultation"))
follow("directory.SearchText", SPECIALIST, "specialist", ignoring=("words",))
follow("directory.SpecialistPage", SPECIALIST, "specialist", only=("specialist",))
for relation in ("topics", "methods", "client_groups"):
    follow(f"directory.Specialist_{relation}", SPECIALIST, "specialist")
follow("directory.Portrait", PORTRAIT, "id")
follow("directory.PortraitRendition", PORTRAIT, "image")

follow("directory.SearchRow", DIRECTORY, ignoring=TIMES_BEHIND)
follow("directory.SearchText", DIRECTORY, ignoring=("words",))
follow("directory.OptionBits", DIRECTORY)
follow(
    "directory.SearchRow",
    FITTING,
    "option",
    join="CROSS JOIN unnest(r.facets) AS option",
    ignoring=TIMES_BEHIND,
)
follow("directory.SearchOption", OPTION)

for name, term in {
    "Profession": PROFESSION,
    "Place": PLACE,
    "Method": METHOD,
    "ClientGroup": CLIENT_GROUP,
}.items():
    follow(f"directory.{name}", term, "slug", ignoring=("also_called",))
    announce(f"directory.{name}", term, "slug")
announce("directory.Specialist", SPECIALIST)
announce("directory.Portrait", PORTRAIT)
