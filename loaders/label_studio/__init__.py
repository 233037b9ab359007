"""Label Studio's exports: read and written."""
