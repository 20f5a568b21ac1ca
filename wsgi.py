"""The WSGI application: `gunicorn wsgi:app`."""

from community.app import create_app

app = create_app()
