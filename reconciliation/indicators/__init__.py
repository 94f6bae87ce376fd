"""The figures by which the department is judged."""
