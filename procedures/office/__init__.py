"""Values of the department: accounts, divisions, decisions, documents."""
