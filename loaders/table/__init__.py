"""Tables of claims, as a spreadsheet holds them."""
