"""What is said to text or bytes; one function a format."""
