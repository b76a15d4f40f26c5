"""The dashboard: pages that show what sold, behind the shop's own login."""

from .application import make_dashboard_application
from .blueprint import make_dashboard

__all__ = ["make_dashboard", "make_dashboard_application"]
