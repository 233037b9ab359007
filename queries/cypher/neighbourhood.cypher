// neighbourhood
// Question:   What is around this actor: its relationships, and with two hops those of its neighbours?
// Parameters: actor (node), hops (integer, optional), relation (relation, optional), as_of (date, optional),
//             since (date, optional), until (date, optional)
// Columns:    distance (integer), subject (node), relation (relation), object (node), status (text),
//             affirmed (integer), hedged (integer), denied (integer), speakers (integer), unnamed (integer),
//             deniers (integer), first (date), last (date), undated (integer), claims (claims)

// One hop unless told otherwise; what was said last comes first. Only what some claim affirms, outright or hedged, is
// shown and followed: nothing leads on over what is merely denied or pledged, nor over a figure or date that two things
// happen to share.
CALL () {
  MATCH (actor:Thing)<-[:SUBJECT|OBJECT]-(relationship:Relationship)
  WHERE actor.id IN $actor
  RETURN relationship, 1 AS away
//if hops
  UNION
  MATCH (actor:Thing)<-[:SUBJECT|OBJECT]-(step:Relationship)-[:SUBJECT|OBJECT]->(near:Thing)
  WHERE $hops = 2 AND actor.id IN $actor AND NOT step.status IN ['denied', 'prospective']
//if relation
    AND step.predicate IN $relation
//end
//if as_of since until
  MATCH (via:Relation {id: step.predicate})
  WHERE EXISTS {
    MATCH (step)<-[:OF]-(over:Claim)
    WHERE over.standing IN ['affirmed', 'hedged']
//if left_out
//else
//scope over via.tense
//end
  }
//end
  WITH DISTINCT near
  MATCH (near)<-[:SUBJECT|OBJECT]-(relationship:Relationship)
  RETURN relationship, 2 AS away
//end
}
WITH relationship, min(away) AS distance
WHERE NOT relationship.status IN ['denied', 'prospective']
//if relation
  AND relationship.predicate IN $relation
//end
//if as_of since until
MATCH (relation:Relation {id: relationship.predicate})
WHERE EXISTS {
  MATCH (relationship)<-[:OF]-(within:Claim)
  WHERE within.standing IN ['affirmed', 'hedged']
//scope within relation.tense
}
//end
WITH relationship, distance, relationship.lastDay AS day
ORDER BY distance, day DESC, relationship.id
//page
MATCH (relation:Relation {id: relationship.predicate})
MATCH (relationship)-[:SUBJECT]->(subject)
MATCH (relationship)-[:OBJECT]->(object)
MATCH (relationship)<-[:OF]-(claim:Claim)
WHERE claim.dated IS NOT NULL
//scope claim relation.tense
WITH relationship, distance, day, subject, object,
     sum(CASE WHEN claim.dated THEN 0 ELSE 1 END) AS undated, collect(claim.id) AS claims
RETURN distance, subject.id AS subject, subject.name AS subject_name, relationship.predicate AS relation,
       object.id AS object, object.name AS object_name, relationship.status AS status,
       relationship.affirmed AS affirmed, relationship.hedged AS hedged, relationship.denied AS denied,
       relationship.speakers AS speakers, relationship.unnamed AS unnamed, relationship.deniers AS deniers,
       relationship.first AS first, relationship.last AS last, undated, claims
ORDER BY distance, day DESC, relationship.id
