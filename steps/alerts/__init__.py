"""Letters written, queued, reminded of and sent."""
