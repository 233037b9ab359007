// counts
// Question:   What is in this graph, and how much?
// Parameters: none
// Columns:    what (text), kind (text), count (integer)

CALL () {
  RETURN 'articles' AS what, '' AS kind, COUNT { (:Article) } AS count, 1 AS order
  UNION ALL
  MATCH (one:Claim)
  RETURN 'claims' AS what, one.standing AS kind, count(one) AS count, 2 AS order
  UNION ALL
  MATCH (one:Relationship)
  RETURN 'relationships' AS what, one.status AS kind, count(one) AS count, 3 AS order
  UNION ALL
  MATCH (one:Thing)
  UNWIND one.kind AS kind
  RETURN 'nodes' AS what, kind, count(one) AS count, 4 AS order
}
RETURN what, kind, count
ORDER BY order, kind
