"""A capture day to try things on: invented students, drawn portraits, planted faults, and the truth."""
