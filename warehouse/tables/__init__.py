"""The tables, declared once, by what they hold."""
