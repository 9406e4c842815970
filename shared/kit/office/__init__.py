"""Office files: workbooks that people open in Excel."""
