"""The outside world behind ports: each has the real implementation and one that works on a single machine."""
