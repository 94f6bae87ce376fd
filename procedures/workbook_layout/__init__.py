"""Columns of the workbooks that leave the product and come back."""
