"""Findings: queries, triage, exclusions and accepted values."""
