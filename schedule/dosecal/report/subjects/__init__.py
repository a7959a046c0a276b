"""The one view of a subject: what calendars, sheets, timelines, work lists and files for others are made from."""
