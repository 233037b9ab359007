"""brat standoff: read, written, and its projects' configuration."""
