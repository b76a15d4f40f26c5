"""Our endpoints: from a request to its answer, each dialect in a module of its own.

None of them raises: whatever fails is logged, and told in the dialect's own way.
"""

from .click import click_cookie
from .routes import Routes

__all__ = ["Routes", "click_cookie"]
