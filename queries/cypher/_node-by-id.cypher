// _node-by-id
// Question:   Which nodes have these ids?
// Parameters: ids (ids)
// Columns:    node (node), kinds (texts)

MATCH (found:Thing)
WHERE found.id IN $ids
RETURN found.id AS node, found.name AS node_name, found.kind AS kinds
ORDER BY found.iri
