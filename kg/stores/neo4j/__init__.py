"""The graph in Neo4j: the statements of `kg.projection` as labels, properties and relationships."""
