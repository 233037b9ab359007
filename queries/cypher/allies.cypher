// allies
// Question:   Who is said to be allied with this actor, by whom, and who denies it?
// Parameters: actor (actor), as_of (date, optional), with_parts (boolean, optional), with_members (boolean, optional)
// Columns:    ally (actor), status (text),
//             affirmed (integer), hedged (integer), denied (integer), speakers (integer), unnamed (integer),
//             deniers (integer), first (date), last (date), undated (integer), claims (claims)

MATCH (actor:Thing)<-[:SUBJECT|OBJECT]-(relationship:Relationship)-[:SUBJECT|OBJECT]->(ally:Thing)
WHERE actor.id IN $actor AND relationship.predicate = 'alliedWith'
WITH DISTINCT relationship, ally
//if as_of
WHERE EXISTS {
  MATCH (relationship)<-[:OF]-(within:Claim)
  WHERE within.dated IS NOT NULL
//scope within
}
//end
WITH relationship, ally,
     ally.sortKey AS ally_order, ally.iri AS iri_order
ORDER BY ally_order, relationship.id, iri_order
//page
MATCH (relationship)<-[:OF]-(claim:Claim)
WHERE claim.dated IS NOT NULL
//scope claim
WITH relationship, ally, ally_order, iri_order,
     sum(CASE WHEN claim.dated THEN 0 ELSE 1 END) AS undated, collect(claim.id) AS claims
RETURN ally.id AS ally, ally.name AS ally_name, relationship.status AS status,
       relationship.affirmed AS affirmed, relationship.hedged AS hedged, relationship.denied AS denied,
       relationship.speakers AS speakers, relationship.unnamed AS unnamed, relationship.deniers AS deniers,
       relationship.first AS first, relationship.last AS last, undated, claims
ORDER BY ally_order, relationship.id, iri_order
