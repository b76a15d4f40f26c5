"""What a tracker does, by topic; :class:`~wsgi_salestrack.tracker.Tracker` is all of it."""
