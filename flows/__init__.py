"""Prefect flows over the steps: when, in what order, how often again. They know no details."""
