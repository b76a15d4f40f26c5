"""Pyramid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pyramid.config import Configurator
from pyramid.response import Response

from tests.frameworks.contract import FrameworkContract, greeting, place_order, stream
from wsgi_salestrack import Tracker

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class TestPyramid(FrameworkContract):
    @pytest.fixture
    def shop(self, tracker: Tracker) -> WSGIApplication:
        """Routes and views of a Configurator."""

        def hello(request: Any) -> Response:
            return Response(greeting(tracker, request.environ))

        def checkout(request: Any) -> Response:
            return Response(place_order(tracker, request.environ, request.POST))

        def echo(request: Any) -> Response:
            return Response(body=request.body_file.read())

        def pieces(_request: Any) -> Response:
            return Response(app_iter=stream())

        with Configurator() as config:
            for view in (hello, checkout, echo, pieces):
                config.add_route(view.__name__, f"/{view.__name__}".replace("pieces", "stream"))
                config.add_view(view, route_name=view.__name__)
            return config.make_wsgi_app()  # type: ignore[no-any-return]  # Pyramid has no types
