"""What a text says of a dose: one certain reading, the readings that it could have, or a refusal."""
