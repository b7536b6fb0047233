"""The exact page cache: pages that didn't change cost nothing, and one that changed is never shown as it was.

`tags` says which tables are followed, `reading` what a rendering reads, `triggers` how PostgreSQL tells of changes,
`store` and `process` what a process keeps, `wsgi` how whole answers are given, `files` which of them nginx gives.
Decision 0022 says why.
"""
