"""Rules of the code, kept by machine. Each checker is a function over sources, and each is shown to notice its breach.

`allowed.py` holds every exception, one line each, with its reason.
"""
