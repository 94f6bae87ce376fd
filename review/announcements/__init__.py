"""The ledger of decisions on the site."""
