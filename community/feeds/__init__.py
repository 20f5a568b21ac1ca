"""Feeds: lists of posts by time, activity or votes, each cut to what the viewer reads.

Promises: pages by keyset, so nothing is shown twice or skipped while others write; the same number of statements for five
posts as for fifty. Hears nothing; tables of its own it has none.
"""
