"""Text to model, whole or with every problem that was found."""
