"""Imports: bringing a real community in from elsewhere.

Promises: running an import twice changes nothing; every row read is imported, or skipped or refused with a reason; times
are the original ones; nothing imported notifies anybody.
"""
