"""The field's words as frozen types; imports nothing of ours but itself."""
