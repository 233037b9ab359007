// trained
// Question:   Who is said to have trained whom?
// Parameters: actor (actor, optional), since (date, optional), until (date, optional),
//             with_parts (boolean, optional), with_members (boolean, optional)
// Columns:    trainer (actor), trainee (actor), status (text),
//             affirmed (integer), hedged (integer), denied (integer), speakers (integer), unnamed (integer),
//             deniers (integer), first (date), last (date), undated (integer), claims (claims)

//if actor
MATCH (actor:Thing)<-[:SUBJECT|OBJECT]-(relationship:Relationship)
WHERE actor.id IN $actor AND relationship.predicate = 'trained'
//else
MATCH (relationship:Relationship)
WHERE relationship.predicate = 'trained'
//end
WITH DISTINCT relationship
//if since until
WHERE EXISTS {
  MATCH (relationship)<-[:OF]-(within:Claim)
  WHERE within.dated IS NOT NULL
//scope within
}
//end
MATCH (relationship)-[:SUBJECT]->(trainer)
MATCH (relationship)-[:OBJECT]->(trainee)
WITH relationship, trainer, trainee,
     trainer.sortKey AS trainer_order, trainee.sortKey AS trainee_order
ORDER BY trainer_order, trainee_order, relationship.id
//page
MATCH (relationship)<-[:OF]-(claim:Claim)
WHERE claim.dated IS NOT NULL
//scope claim
WITH relationship, trainer, trainee,
     trainer_order, trainee_order,
     sum(CASE WHEN claim.dated THEN 0 ELSE 1 END) AS undated, collect(claim.id) AS claims
RETURN trainer.id AS trainer, trainer.name AS trainer_name, trainee.id AS trainee, trainee.name AS trainee_name,
       relationship.status AS status,
       relationship.affirmed AS affirmed, relationship.hedged AS hedged, relationship.denied AS denied,
       relationship.speakers AS speakers, relationship.unnamed AS unnamed, relationship.deniers AS deniers,
       relationship.first AS first, relationship.last AS last, undated, claims
ORDER BY trainer_order, trainee_order, relationship.id
