"""Ukrainian: E is the month in the genitive, which F isn't."""

DATE_FORMAT = "j E Y"
MONTH_DAY_FORMAT = "j E"  # short: it stands on buttons
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j E Y, H:i"
FIRST_DAY_OF_WEEK = 1
