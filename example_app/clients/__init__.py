"""Plays the programs that send the vendors' dialects, against the running shop.

``python -m example_app.clients``
"""
