"""Processing's dialogs."""
