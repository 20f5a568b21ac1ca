"""Notifications: telling people what concerns them, once.

Made only by event handlers; one per person, event and type. Hears `comment.created`.
"""
