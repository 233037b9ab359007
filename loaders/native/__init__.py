"""The native format: an annotated article as a person, a script or a language model writes it."""
