"""What is asked of one dose."""
