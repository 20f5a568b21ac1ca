"""Why somebody may or may not do something, and looking through the eyes of a role.

An action is a line in `actions.py`: its name, what it is done to, and the policy the services ask. `tracing.py` asks that
same policy and notes which rules it went through, so the answer of the page is the answer people get. Publishes no events.
"""
