"""What can be said: types and relations, articles and claims, partial dates, identifiers and IRIs.

Import the module you need (`ontology.vocabulary`, `ontology.dates`, …): this file imports nothing, so that a short
command pays only for what it uses.
"""
