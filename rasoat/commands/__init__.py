"""The commands, one module per subject, each a thin shell over the steps."""
