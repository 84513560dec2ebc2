"""The drill: seeded capture days whose truth is known, through the real linking code."""
