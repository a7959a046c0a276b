"""From an ordered dose to what is drawn and opened: volumes, containers, use in time, stock."""
