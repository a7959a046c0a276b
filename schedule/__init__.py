"""From a protocol file and a list of subjects to doses and visit calendars.

The rooms follow the way of the data: ``load``, ``model``, ``plan``, ``report``, ``render``; ``workflow`` puts them
together. ``dosecal`` is the public face.
"""

__version__ = "0.1.0"
