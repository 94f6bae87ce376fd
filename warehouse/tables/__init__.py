"""The tables of the warehouse, each declared once, in modules by what they hold."""
