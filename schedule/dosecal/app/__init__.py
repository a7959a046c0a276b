"""The verbs of the command line, and the one way to compose an answer."""
