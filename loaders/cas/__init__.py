"""UIMA CAS in XMI and JSON, and INCEpTION's projects of them."""
