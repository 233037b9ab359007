// common
// Question:   What do these two actors have in common: which others is each of them related to, and how?
// Parameters: actor (node), other (node), type (type, optional), as_of (date, optional), since (date, optional),
//             until (date, optional)
// Columns:    common (node), subject (node), relation (relation), object (node), status (text),
//             affirmed (integer), hedged (integer), denied (integer), speakers (integer), unnamed (integer),
//             deniers (integer), first (date), last (date), undated (integer), claims (claims)

// One row for each relationship of what they have in common with either of them, so at least two rows for each: first
// those with the one, then those with the other, what was said last before what was said earlier. Only what
// some claim affirms, outright or hedged, counts; a figure or date that both happen to share does not.
UNWIND [$actor, $other] AS ids
MATCH (actor:Thing)<-[:SUBJECT|OBJECT]-(relationship:Relationship)-[:SUBJECT|OBJECT]->(shared:Thing)
WHERE actor.id IN ids AND NOT shared.id IN $actor + $other AND NOT relationship.status IN ['denied', 'prospective']
//if type
  AND any(label IN labels(shared) WHERE label IN $type)
//end
//if as_of since until
MATCH (relation:Relation {id: relationship.predicate})
WHERE EXISTS {
  MATCH (relationship)<-[:OF]-(one_claim:Claim)
  WHERE one_claim.standing IN ['affirmed', 'hedged']
//if left_out
//else
//scope one_claim relation.tense
//end
}
//end
WITH shared, count(DISTINCT actor) AS sides,
     collect(DISTINCT {relationship: relationship, side: CASE WHEN actor.id IN $actor THEN 1 ELSE 2 END}) AS several
WHERE sides = CASE WHEN $actor = $other THEN 1 ELSE 2 END
UNWIND several AS one
WITH shared, one.side AS side, one.relationship AS relationship
//if as_of since until
//if left_out
MATCH (relation:Relation {id: relationship.predicate})
WHERE EXISTS {
  MATCH (relationship)<-[:OF]-(within:Claim)
  WHERE within.standing IN ['affirmed', 'hedged']
//scope within relation.tense
}
//end
//end
WITH shared, side, relationship, shared.sortKey AS shared_order, relationship.lastDay AS day
ORDER BY shared_order, shared.iri, side, day DESC, relationship.id
//page
MATCH (relation:Relation {id: relationship.predicate})
MATCH (relationship)-[:SUBJECT]->(subject)
MATCH (relationship)-[:OBJECT]->(object)
MATCH (relationship)<-[:OF]-(claim:Claim)
WHERE claim.dated IS NOT NULL
//scope claim relation.tense
WITH shared, side, relationship, shared_order, day, subject, object,
     sum(CASE WHEN claim.dated THEN 0 ELSE 1 END) AS undated, collect(claim.id) AS claims
RETURN shared.id AS common, shared.name AS common_name,
       subject.id AS subject, subject.name AS subject_name, relationship.predicate AS relation,
       object.id AS object, object.name AS object_name, relationship.status AS status,
       relationship.affirmed AS affirmed, relationship.hedged AS hedged, relationship.denied AS denied,
       relationship.speakers AS speakers, relationship.unnamed AS unnamed, relationship.deniers AS deniers,
       relationship.first AS first, relationship.last AS last, undated, claims
ORDER BY shared_order, shared.iri, side, day DESC, relationship.id
