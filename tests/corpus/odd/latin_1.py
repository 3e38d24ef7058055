"""Not UTF-8 and no coding line."""
CITY = "Orléans"
