"""Courses: who a resident is to this site, what is booked and given, and whose course it is."""
