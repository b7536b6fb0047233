"""`make operators-book`: follow docs/operators.md, command by command, on a Debian that has nothing yet.

book.py        the commands of the book, and who runs them
machine.py     the Debian: made, booted (boot.sh), and taken away again
following.py   the book from its first command to its last, with what is looked at in between
load.py        asks for pages all the time, and counts what is lost (runs inside)
"""
