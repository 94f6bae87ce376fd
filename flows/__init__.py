"""Prefect over the steps: when, in what order, how often again. Knows no details."""
