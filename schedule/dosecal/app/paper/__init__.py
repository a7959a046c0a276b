"""What is printed: pages, sheets and pictures."""
