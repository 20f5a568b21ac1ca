"""The site for programs: JSON over the same questions and rules as the pages, at /api and, the same, at /api/v1.

Who asks is a person: by a key in the header `Authorization`, or by the cookie of a browser. Nothing is written here yet.
"""
