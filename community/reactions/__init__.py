"""Reactions: one emoji by one member on one target.

Promises: a double tap, a retry and two tabs end in one state; the counts shown are exact. Publishes `reaction.added` and
`reaction.removed`.
"""
