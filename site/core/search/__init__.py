"""Searching the texts of any app: what was typed, as words (`words`), what they may mean (`synonyms`), and the query.

An app keeps its own tables of what it searches, with the language and the words of each text. Whether what was typed
speaks of danger is a subject of its own (`core.danger`): it folds words more strictly, and every form is asked, not
searches alone.
"""
