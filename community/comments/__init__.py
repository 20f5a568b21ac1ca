"""Comments: threads under anything that can be commented.

Promises: a reply stays readable when its parent goes; one submit makes one comment, however often it is sent; counters of
the subject change in the same transaction. Publishes `comment.*`.
"""
