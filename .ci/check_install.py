"""Imports both packages as a user has them: from an installed wheel, with no checkout around.

Run it with the environment's Python and ``-I``, so that neither the current folder nor this
script's is on the path.
"""

import sys
from importlib.metadata import version
from importlib.resources import files

import wsgi_salestrack

if "flask" in sys.modules:
    raise SystemExit("importing wsgi_salestrack imports flask")

import flask_salestrack

for package in (wsgi_salestrack, flask_salestrack):
    if not str(package.__file__).startswith(sys.prefix):
        raise SystemExit(f"{package.__name__} comes from {package.__file__}")
    if not files(package).joinpath("py.typed").is_file():
        raise SystemExit(f"{package.__name__} was installed without py.typed")
    for name in package.__all__:
        getattr(package, name)

print(f"flask-salestrack {version('flask-salestrack')}: both packages import")
