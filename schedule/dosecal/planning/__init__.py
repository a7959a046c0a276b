"""Model to Schedule: pure and columnar; no clock, no files, no settings."""
