"""Files on disk: names that are safe everywhere, and writing that leaves a whole file or none."""
