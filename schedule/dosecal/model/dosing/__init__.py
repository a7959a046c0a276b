"""Rules of dosing: what is known of a body, the formulas of it, and what a stated dose is multiplied with."""
