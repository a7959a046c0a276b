"""Other people's formats: one module a target, and the table of all of them."""
