"""A protocol file to a Protocol, whole or with every problem: YAML with places, one grammar, and the checks."""
