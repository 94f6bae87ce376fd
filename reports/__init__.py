"""What leaves the house: workbooks, read by people who do not see the warehouse."""
