"""The algorithms of the provider, one module each."""
