"""Uploaded files from bytes to rows: the code that runs in the child process of `kb.readers.sandbox`.

Nothing here imports Django, `kb.readers` or a model: a child starts in tenths of a second, knows no secret and no
database, and ends with its file.
"""
