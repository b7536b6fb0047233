"""British English, as the articles are written."""

DATE_FORMAT = "j F Y"
MONTH_DAY_FORMAT = "j M"  # short: it stands on buttons
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y, H:i"
FIRST_DAY_OF_WEEK = 1
