"""The WSGI application, and the start of the background engine in each web process."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pandaledger.settings")
application = get_wsgi_application()

from core import background  # noqa: E402  (apps must be loaded first)

background.start()
