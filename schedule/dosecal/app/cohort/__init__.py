"""What is asked of a list of subjects."""
