"""What is asked of a study folder: a new one, what happened, and its history."""
