"""W3C Web Annotations in JSON-LD: read and written."""
