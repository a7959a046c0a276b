"""The commands: arguments to workflow; thin, no rule of dosing or dating."""
