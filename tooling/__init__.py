"""The commands of ``./dev``: set up, run, test, check and pack the add-on.

Only Python's standard library is used here, because these modules run before
anything has been installed.
"""
