"""GATE documents, as XML and as JSON."""
