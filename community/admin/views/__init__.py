"""Pages of those who run the installation."""

from community.admin.views import people, setup

BLUEPRINTS = (setup.bp, people.bp)
