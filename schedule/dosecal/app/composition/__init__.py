"""The one composition: from the inputs to the schedules that every output is made from."""
