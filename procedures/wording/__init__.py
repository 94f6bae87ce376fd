"""Vietnamese words for values, findings, certificates and checks."""
