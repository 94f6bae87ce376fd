"""Bytes of workbooks into cells: .xlsx, .xls and .csv, within bounds."""
