"""Doses, exactly: weights, measures of the body, rules, caps, rates, and what of them is in doubt."""
