"""Calendars and schedules as records of pages: participants, coordinators, activities, timelines."""
