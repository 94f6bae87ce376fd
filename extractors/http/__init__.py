"""The HTTP client: polite requests, and answers that are classified before they are used."""
