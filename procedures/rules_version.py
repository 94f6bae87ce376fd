"""The version of the rules, stamped on every change and finding.

Move it whenever a rule of text identity, of the gate of records, of comparison or of reconciliation gives
another result for the same records: the next run then rereads the last night under the new rules, without
alarms, and every record is judged once more when it is read.
"""

RULES_VERSION = "2026.11.4"
