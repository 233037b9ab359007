"""Queries of the user's own: read only, within limits of time, rows and memory that are kept whatever is asked."""
