"""Schedule to what is said, in no file format."""
