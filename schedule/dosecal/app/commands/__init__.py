"""The commands: arguments and options to what is done with them."""
