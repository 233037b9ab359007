// _steps
// Question:   Which nodes are one affirmed step of a relation away from these, and when?
// Parameters: whole (node), relation (relation)
// Columns:    part (node), whole (node), first_day (integer), last_day (integer)

MATCH (whole:Thing)<-[:OBJECT]-(claim:Claim)-[:SUBJECT]->(part:Thing)
WHERE whole.id IN $whole AND claim.predicate IN $relation AND claim.standing = 'affirmed'
RETURN part.id AS part, part.name AS part_name, whole.id AS whole, whole.name AS whole_name,
       claim.startDay AS first_day, claim.untilDay AS last_day
ORDER BY claim.id
