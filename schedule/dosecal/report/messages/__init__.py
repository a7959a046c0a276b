"""Words: of the tables and pages in English, and of pages in their other languages."""
