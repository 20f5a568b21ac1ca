"""Chromium at the running site: gunicorn and the worker as in production, started once for each process of the run.

Nothing is rolled back there, so a test has people and a community of its own (`bob`, `bikes.url`; their names carry a
number) and may count what it finds. A module whose tests only look may share a cast by a fixture `cast` of its scope.

`window(bob).go(path)` opens a page and waits until its scripts are there; `.ready()` waits after a click that led to
another page. `window(bob).flaws(paths)` is how a page is checked for looks: wide and narrow, light and dark. What needs
no browser to come about is written by `hand(bob)`. Pages whose timers count get `page.clock` instead of waiting.
"""
