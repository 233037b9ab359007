// actor
// Question:   Who is this: names, kinds, identifiers, and how much is said about it and by it?
// Parameters: actor (node)
// Columns:    actor (node), kinds (texts), named (boolean), aliases (texts), identifiers (texts),
//             relationships (integer), claims_made (integer), said (integer)

MATCH (actor:Thing)
WHERE actor.id IN $actor
RETURN actor.id AS actor, actor.name AS actor_name, actor.kind AS kinds, actor.named AS named,
       actor.alias AS aliases, actor.identifier AS identifiers,
       COUNT { MATCH (actor)<-[:SUBJECT|OBJECT]-(relationship:Relationship) RETURN DISTINCT relationship } AS relationships,
       COUNT { MATCH (actor)<-[:SUBJECT|OBJECT]-(claim:Claim) RETURN DISTINCT claim } AS claims_made,
       COUNT { (actor)<-[:SPEAKER]-(:Claim) } AS said
ORDER BY actor
