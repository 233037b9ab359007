// common
// Question:   What do these two actors have in common: which others is each of them related to, and how?
// Parameters: actor (node), other (node), type (type, optional), as_of (date, optional), since (date, optional),
//             until (date, optional)
// Columns:    common (node), subject (node), relation (relation), object (node), status (text),
//             affirmed (integer), hedged (integer), denied (integer), speakers (integer), unnamed (integer),
//             deniers (integer), first (date), last (date), undated (integer), claims (claims)

// One row for each relationship of what they have in common with either of them, so at least two rows for each. Only what
// some claim affirms, outright or hedged, counts; a figure or date that both happen to share does not.
UNWIND [$actor, $other] AS ids
MATCH (actor:Thing)<-[:SUBJECT|OBJECT]-(relationship:Relationship)-[:SUBJECT|OBJECT]->(shared:Thing)
WHERE actor.id IN ids AND NOT shared.id IN $actor + $other AND relationship.affirmed + relationship.hedged > 0
//if type
  AND any(label IN labels(shared) WHERE label IN $type)
//end
//if as_of since until
MATCH (relation:Relation {id: relationship.predicate})
WHERE EXISTS {
  MATCH (relationship)<-[:OF]-(within:Claim)
  WHERE within.standing IN ['affirmed', 'hedged']
//scope within relation.tense
}
//end
WITH shared, count(DISTINCT actor) AS sides, collect(DISTINCT relationship) AS relationships
WHERE sides = CASE WHEN $actor = $other THEN 1 ELSE 2 END
UNWIND relationships AS relationship
MATCH (relation:Relation {id: relationship.predicate})
MATCH (relationship)-[:SUBJECT]->(subject)
MATCH (relationship)-[:OBJECT]->(object)
WITH shared, relationship, relation, subject, object, shared.sortKey AS shared_order,
     relation.sortKey AS relation_order, subject.sortKey AS subject_order, object.sortKey AS object_order
ORDER BY shared_order, shared.iri, relation_order, subject_order, object_order, relationship.id
//page
MATCH (relationship)<-[:OF]-(claim:Claim)
WHERE claim.id IS NOT NULL
//scope claim relation.tense
WITH shared, relationship, subject, object, shared_order, relation_order, subject_order, object_order,
     sum(CASE WHEN claim.dated THEN 0 ELSE 1 END) AS undated, collect(claim.id) AS claims
RETURN shared.id AS common, shared.name AS common_name,
       subject.id AS subject, subject.name AS subject_name, relationship.predicate AS relation,
       object.id AS object, object.name AS object_name, relationship.status AS status,
       relationship.affirmed AS affirmed, relationship.hedged AS hedged, relationship.denied AS denied,
       relationship.speakers AS speakers, relationship.unnamed AS unnamed, relationship.deniers AS deniers,
       relationship.first AS first, relationship.last AS last, undated, claims
ORDER BY shared_order, shared.iri, relation_order, subject_order, object_order, relationship.id
