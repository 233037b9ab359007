// disputed
// Question:   Which relationships are affirmed by some and denied by others for the same time?
// Parameters: actor (actor, optional), relation (relation, optional), as_of (date, optional)
// Columns:    subject (node), relation (relation), object (node), status (text),
//             affirmed (integer), hedged (integer), denied (integer), speakers (integer), unnamed (integer),
//             deniers (integer), first (date), last (date), undated (integer), claims (claims)

//if actor
MATCH (actor:Thing)<-[:SUBJECT|OBJECT]-(relationship:Relationship)
WHERE actor.id IN $actor AND relationship.status = 'disputed'
//else
MATCH (relationship:Relationship)
WHERE relationship.status = 'disputed'
//end
//if relation
  AND relationship.predicate IN $relation
//end
WITH DISTINCT relationship
MATCH (relation:Relation {id: relationship.predicate})
//if as_of
//if left_out
//else
// What was disputed at all may not have been on the day: some denial must meet a claim of then.
WHERE EXISTS {
  MATCH (denial:Claim)-[:OF]->(relationship)<-[:OF]-(other:Claim)
  WHERE denial.standing = 'denied' AND other.standing IN ['affirmed', 'hedged']
    AND denial.startDay <= other.untilDay AND other.startDay <= denial.untilDay
//scope denial relation.tense
//scope other relation.tense
}
//end
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
