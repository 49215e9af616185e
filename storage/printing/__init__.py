"""Paper for people: letters, receipts, minutes, workbooks and charts."""
