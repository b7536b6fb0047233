"""wagtail-localize's screens with the questions they forget to ask: whose language is this, and may it be published?

They are put at the same addresses, before upstream's (translation.urls).
"""
