"""What is asked of a protocol file alone."""
