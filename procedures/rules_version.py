"""The version of the rules, stamped on every change and finding.

Move it whenever a rule of text identity, comparison or reconciliation gives another result for the
same records: the next run then rereads the last night under the new rules, without alarms.
"""

RULES_VERSION = "2026.11.4"
