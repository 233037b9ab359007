// _claim-counts
// Question:   How many claims is each of these nodes an end of?
// Parameters: nodes (node)
// Columns:    node (node), claims_made (integer)

MATCH (end:Thing)<-[:SUBJECT|OBJECT|SPEAKER]-(claim:Claim)
WHERE end.id IN $nodes
RETURN end.id AS node, end.name AS node_name, count(DISTINCT claim) AS claims_made
ORDER BY node
