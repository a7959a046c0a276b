"""Arguments and options, each declared once, and how the commands speak."""
