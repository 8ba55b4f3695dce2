"""Processing, of which only the part for dialogs is used."""
