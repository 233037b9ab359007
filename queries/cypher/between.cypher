// between
// Question:   Which relationships are reported between these two actors, in either direction?
// Parameters: actor (actor), other (actor), as_of (date, optional), since (date, optional), until (date, optional),
//             with_parts (boolean, optional), with_members (boolean, optional)
// Columns:    subject (node), relation (relation), object (node), status (text),
//             affirmed (integer), hedged (integer), denied (integer), speakers (integer), unnamed (integer),
//             deniers (integer), first (date), last (date), undated (integer), claims (claims)

MATCH (actor:Thing)<-[:SUBJECT|OBJECT]-(relationship:Relationship)-[:SUBJECT|OBJECT]->(other:Thing)
WHERE actor.id IN $actor AND other.id IN $other
WITH DISTINCT relationship
MATCH (relation:Relation {id: relationship.predicate})
//if as_of since until
WHERE EXISTS {
  MATCH (relationship)<-[:OF]-(within:Claim)
  WHERE within.dated IS NOT NULL
//scope within relation.tense
}
//end
MATCH (relationship)-[:SUBJECT]->(subject)
MATCH (relationship)-[:OBJECT]->(object)
WITH relationship, relation, subject, object,
     relation.sortKey AS relation_order, subject.sortKey AS subject_order, object.sortKey AS object_order
ORDER BY relation_order, subject_order, object_order, relationship.id
//page
MATCH (relationship)<-[:OF]-(claim:Claim)
WHERE claim.dated IS NOT NULL
//scope claim relation.tense
WITH relationship, relation, subject, object,
     relation_order, subject_order, object_order,
     sum(CASE WHEN claim.dated THEN 0 ELSE 1 END) AS undated, collect(claim.id) AS claims
RETURN subject.id AS subject, subject.name AS subject_name, relationship.predicate AS relation,
       object.id AS object, object.name AS object_name, relationship.status AS status,
       relationship.affirmed AS affirmed, relationship.hedged AS hedged, relationship.denied AS denied,
       relationship.speakers AS speakers, relationship.unnamed AS unnamed, relationship.deniers AS deniers,
       relationship.first AS first, relationship.last AS last, undated, claims
ORDER BY relation_order, subject_order, object_order, relationship.id
