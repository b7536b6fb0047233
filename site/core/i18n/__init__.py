"""Languages, countries, cities, time zones, and how each language writes dates and numbers."""
