"""Django."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, StreamingHttpResponse
from django.test.utils import override_settings
from django.urls import path

from tests.frameworks.contract import FrameworkContract, greeting, place_order, stream
from wsgi_salestrack import Tracker

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# Once for each process, whatever else a test does.
if not settings.configured:
    settings.configure(ALLOWED_HOSTS=["*"], LOGGING_CONFIG=None, MIDDLEWARE=[], SECRET_KEY="x")


class TestDjango(FrameworkContract):
    @pytest.fixture
    def shop(self, tracker: Tracker) -> Iterator[WSGIApplication]:
        """A URL configuration of this test's own."""

        def hello(request: Any) -> HttpResponse:
            return HttpResponse(greeting(tracker, request.environ))

        def checkout(request: Any) -> HttpResponse:
            return HttpResponse(place_order(tracker, request.environ, request.POST))

        def echo(request: Any) -> HttpResponse:
            return HttpResponse(request.body)

        def pieces(_request: Any) -> StreamingHttpResponse:
            return StreamingHttpResponse(stream())

        urls = ModuleType("urls")
        urls.urlpatterns = [  # type: ignore[attr-defined]  # what Django looks for in it
            path("hello", hello),
            path("checkout", checkout),
            path("echo", echo),
            path("stream", pieces),
        ]
        with override_settings(ROOT_URLCONF=urls):
            yield get_wsgi_application()
