"""A study in a folder: its files, what is recorded in them, and the history of that."""
