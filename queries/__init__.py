"""What can be asked: prepared questions in SPARQL, their catalogue, and the binding of their parameters.

Import `queries.catalogue` or `queries.binding`: this file imports nothing, so that asking costs only what it uses.
"""
