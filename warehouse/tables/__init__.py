"""The tables of the warehouse, each declared once, in a module by what they hold."""
