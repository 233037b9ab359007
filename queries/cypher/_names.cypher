// _names
// Question:   What are these nodes called?
// Parameters: nodes (node)
// Columns:    node (node)

UNWIND $nodes AS id
OPTIONAL MATCH (thing:Thing {id: id})
OPTIONAL MATCH (value:Value {id: id})
OPTIONAL MATCH (article:Article {id: id})
WITH id, coalesce(thing.name, value.name, article.name) AS name
WHERE name IS NOT NULL
RETURN id AS node, name AS node_name
