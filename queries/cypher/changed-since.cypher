// changed-since
// Question:   Which relationships have claims that were recorded since this day, and what else was known of them?
// Parameters: recorded_since (date), actor (actor, optional), relation (relation, optional)
// Columns:    subject (node), relation (relation), object (node), status (text), affirmed (integer), hedged (integer),
//             denied (integer), earlier (integer), claims (claims)

// What was recorded last comes first. Claims and their counts are of what was recorded since; `earlier` counts the
// claims recorded before that still stand, none where the relationship is new; `status` is of all of them. A claim whose
// words, date or place in the text have changed counts as recorded when they did. What was withdrawn is in no store:
// `kg runs` tells it.
//if actor
MATCH (actor:Thing)<-[:SUBJECT|OBJECT]-(new:Claim)
WHERE actor.id IN $actor AND new.recordedDay >= $recorded_since_from
//else
MATCH (new:Claim)
WHERE new.recordedDay >= $recorded_since_from
//end
//if relation
  AND new.predicate IN $relation
//end
MATCH (new)-[:OF]->(relationship:Relationship)
WITH relationship, max(new.recordedDay) AS latest
ORDER BY latest DESC, relationship.id
//page
MATCH (relationship)-[:SUBJECT]->(subject)
MATCH (relationship)-[:OBJECT]->(object)
MATCH (relationship)<-[:OF]-(claim:Claim)
WHERE claim.recordedDay >= $recorded_since_from
WITH relationship, latest, subject, object,
     sum(CASE claim.standing WHEN 'affirmed' THEN 1 ELSE 0 END) AS affirmed,
     sum(CASE claim.standing WHEN 'hedged' THEN 1 ELSE 0 END) AS hedged,
     sum(CASE claim.standing WHEN 'denied' THEN 1 ELSE 0 END) AS denied,
     relationship.claims - count(claim) AS earlier, collect(claim.id) AS claims
RETURN subject.id AS subject, subject.name AS subject_name, relationship.predicate AS relation,
       object.id AS object, object.name AS object_name, relationship.status AS status,
       affirmed, hedged, denied, earlier, claims
ORDER BY latest DESC, relationship.id
