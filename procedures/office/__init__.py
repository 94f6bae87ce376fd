"""The office: accounts, divisions, decisions, documents."""
