"""Doses as sheets: worksheets, check sheets, workings, in lines of which some are blank."""
