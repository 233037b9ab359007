// _node-by-key
// Question:   Which nodes have this match key?
// Parameters: key (name), type (type, optional)
// Columns:    node (node), kinds (texts), named (boolean)

CALL db.index.fulltext.queryNodes('attest_keys', 'nameKey:' + $key_phrase) YIELD node AS found
WHERE $key IN found.nameKey
//if type
  AND any(label IN labels(found) WHERE label IN $type)
//end
RETURN found.id AS node, found.name AS node_name, found.named AS named, found.kind AS kinds
ORDER BY found.iri
