"""Measuring: what pages, events and sockets cost on the machine at hand.

Every figure is taken from the production server on a private instance, with clients in processes of their own, and stands
beside the same figure of a bare Flask route and of a page of twenty Jinja cards without a database, measured in the same run.
"""
