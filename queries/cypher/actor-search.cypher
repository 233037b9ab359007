// actor-search
// Question:   Which actors have these words in a name?
// Parameters: words (name), kind (type, optional)
// Columns:    actor (actor), kinds (texts), named (boolean), identifiers (texts), claims_made (integer)

// Names that are exactly the words come first, then names that begin with them.
CALL db.index.fulltext.queryNodes('attest_keys', $words_parts) YIELD node AS actor
//if kind
WHERE any(label IN labels(actor) WHERE label IN $kind)
//else
WHERE actor:Actor
//end
WITH actor, [key IN actor.nameKey + coalesce(actor.weakKey, []) WHERE key CONTAINS $words] AS keys
WHERE size(keys) > 0
WITH actor,
     CASE
       WHEN $words IN keys THEN 0
       WHEN any(key IN keys WHERE key STARTS WITH $words) THEN 1
       ELSE 2
     END AS rank, actor.sortKey AS name_order, actor.iri AS iri_order
ORDER BY rank, name_order, iri_order
//page
RETURN actor.id AS actor, actor.name AS actor_name, actor.kind AS kinds, actor.named AS named,
       actor.identifier AS identifiers,
       COUNT { MATCH (actor)<-[:SUBJECT|OBJECT]-(claim:Claim) RETURN DISTINCT claim } AS claims_made
ORDER BY rank, name_order, iri_order
