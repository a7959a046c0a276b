"""The local page: the program in the browser of its own machine, over the verbs of ``app``."""
