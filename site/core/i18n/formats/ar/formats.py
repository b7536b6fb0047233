"""Arabic: 12 hours, Western digits, as most of the press that our readers know."""

DATE_FORMAT = "j F Y"
MONTH_DAY_FORMAT = "j F"  # short: it stands on buttons
TIME_FORMAT = "g:i A"
DATETIME_FORMAT = "j F Y، g:i A"
FIRST_DAY_OF_WEEK = 6
