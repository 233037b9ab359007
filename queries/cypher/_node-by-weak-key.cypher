// _node-by-weak-key
// Question:   Which nodes have a weak alias with this match key?
// Parameters: key (name)
// Columns:    node (node), kinds (texts), named (boolean)

CALL db.index.fulltext.queryNodes('attest_keys', 'weakKey:' + $key_phrase) YIELD node AS found
WHERE $key IN found.weakKey
RETURN found.id AS node, found.name AS node_name, found.named AS named, found.kind AS kinds
ORDER BY found.iri
