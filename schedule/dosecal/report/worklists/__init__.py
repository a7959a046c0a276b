"""Work lists: what is due, overdue and coming, and how much there is on each day."""
