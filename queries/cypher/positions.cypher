// positions
// Question:   Who is said to hold which position, where, since when and until when?
// Parameters: actor (node, optional), as_of (date, optional)
// Columns:    holder (actor), position (node), within (texts), held (texts), ended (integer), status (text),
//             affirmed (integer), hedged (integer), denied (integer), speakers (integer), unnamed (integer),
//             deniers (integer), first (date), last (date), undated (integer), claims (claims)

// The actor may be who holds the position, what it is in, or the position itself. `held` is when it is said to have been
// held, `ended` how many claims say that it was over by the day they were made ("the former minister").
//if actor
CALL () {
  MATCH (actor:Thing)<-[:SUBJECT|OBJECT]-(relationship:Relationship)
  WHERE actor.id IN $actor AND relationship.predicate = 'holdsPosition'
  RETURN relationship
  UNION
  MATCH (actor:Thing)<-[:POSITION_IN]-(office:Thing)<-[:OBJECT]-(relationship:Relationship)
  WHERE actor.id IN $actor AND relationship.predicate = 'holdsPosition'
  RETURN relationship
}
WITH relationship
//else
MATCH (relationship:Relationship)
//end
WHERE relationship.predicate = 'holdsPosition'
//if as_of
  AND EXISTS {
    MATCH (relationship)<-[:OF]-(inside:Claim)
    WHERE inside.id IS NOT NULL
//scope inside
  }
//end
MATCH (relationship)-[:SUBJECT]->(holder)
MATCH (relationship)-[:OBJECT]->(position)
WITH relationship, holder, position, position.sortKey AS position_order, holder.sortKey AS holder_order
ORDER BY position_order, holder_order, relationship.id
//page
MATCH (relationship)<-[:OF]-(claim:Claim)
WHERE claim.dated IS NOT NULL
//scope claim
WITH relationship, holder, position, position_order, holder_order,
     collect(DISTINCT CASE
       WHEN claim.start = claim.until THEN claim.start
       WHEN claim.until IS NULL THEN claim.start + '/..'
       WHEN claim.start IS NULL THEN '../' + claim.until
       ELSE claim.start + '/' + claim.until
     END) AS held,
     sum(CASE WHEN claim.ended THEN 1 ELSE 0 END) AS ended,
     sum(CASE WHEN claim.dated THEN 0 ELSE 1 END) AS undated, collect(claim.id) AS claims
RETURN holder.id AS holder, holder.name AS holder_name, position.id AS position, position.name AS position_name,
       COLLECT { MATCH (position)-[:POSITION_IN]->(body:Thing) RETURN DISTINCT body.name } AS within, held, ended,
       relationship.status AS status,
       relationship.affirmed AS affirmed, relationship.hedged AS hedged, relationship.denied AS denied,
       relationship.speakers AS speakers, relationship.unnamed AS unnamed, relationship.deniers AS deniers,
       relationship.first AS first, relationship.last AS last, undated, claims
ORDER BY position_order, holder_order, relationship.id
