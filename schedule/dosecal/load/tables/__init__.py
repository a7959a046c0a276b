"""Tables that come in: subjects, weights, levels, lots, what happened, and entries of a check."""
