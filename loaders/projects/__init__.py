"""Projects of annotation tools, set up from the ontology: a module each with `files(ontology) -> {name: bytes}`.

Labels are those of `loaders.own_labels`; `mapping.yaml` reads what is annotated with them.
"""
