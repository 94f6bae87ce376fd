"""Alerts: letters, the queue, reminders, and sending."""
