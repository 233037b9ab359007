// changed-since
// Question:   Which relationships have claims that were recorded since this day, and what else was known of them?
// Parameters: recorded_since (date), actor (actor, optional), relation (relation, optional)
// Columns:    subject (node), relation (relation), object (node), status (text), affirmed (integer), hedged (integer),
//             denied (integer), earlier (integer), claims (claims)

// Claims and their counts are of what was recorded since; `earlier` counts the claims recorded
// before that still stand, none where the relationship is new; `status` is of all of them. A claim whose words, date or
// place in the text have changed counts as recorded when they did. What was withdrawn is in no store: `kg runs` tells it.
//if actor
MATCH (actor:Thing)<-[:SUBJECT|OBJECT]-(relationship:Relationship)
WHERE actor.id IN $actor
WITH DISTINCT relationship
WHERE EXISTS { MATCH (relationship)<-[:OF]-(new:Claim) WHERE new.recordedDay >= $recorded_since_from }
//else
MATCH (new:Claim)-[:OF]->(relationship:Relationship)
WHERE new.recordedDay >= $recorded_since_from
WITH DISTINCT relationship
//end
MATCH (relation:Relation {id: relationship.predicate})
//if relation
WHERE relation.id IN $relation
//end
MATCH (relationship)-[:SUBJECT]->(subject)
MATCH (relationship)-[:OBJECT]->(object)
WITH relationship, relation, subject, object,
     relation.sortKey AS relation_order, subject.sortKey AS subject_order, object.sortKey AS object_order
ORDER BY relation_order, subject_order, object_order, relationship.id
//page
MATCH (relationship)<-[:OF]-(claim:Claim)
WHERE claim.recordedDay >= $recorded_since_from
WITH relationship, subject, object, relation_order, subject_order, object_order,
     sum(CASE claim.standing WHEN 'affirmed' THEN 1 ELSE 0 END) AS affirmed,
     sum(CASE claim.standing WHEN 'hedged' THEN 1 ELSE 0 END) AS hedged,
     sum(CASE claim.standing WHEN 'denied' THEN 1 ELSE 0 END) AS denied,
     relationship.claims - count(claim) AS earlier, collect(claim.id) AS claims
RETURN subject.id AS subject, subject.name AS subject_name, relationship.predicate AS relation,
       object.id AS object, object.name AS object_name, relationship.status AS status,
       affirmed, hedged, denied, earlier, claims
ORDER BY relation_order, subject_order, object_order, relationship.id
