"""The list of the department: files previewed, mapped and taken in, and the list written out again."""
