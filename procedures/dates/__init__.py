"""Days, periods and hours: holidays, deadlines, the logical day of a run."""
