"""Site files, and the days on which a site is closed."""
