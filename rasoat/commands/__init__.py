"""The commands, a module a subject; each is a thin shell over the steps."""
