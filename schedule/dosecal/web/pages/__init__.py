"""One module a page: what it shows, as frozen types, and how it answers a request."""
