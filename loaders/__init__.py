"""Annotated file → annotated article: one module a format; mappings carry its labels to the ontology."""
