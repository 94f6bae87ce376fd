"""What fields a portal sent, which of them a parser knew, and an example of each."""
