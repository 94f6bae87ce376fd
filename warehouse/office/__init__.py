"""People, divisions, duties and registers of the department."""
