"""The layouts of workbooks that are exported, edited and imported again."""
