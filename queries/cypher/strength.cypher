// strength
// Question:   How strong is this actor said to be, where, how certainly, and do the figures agree?
// Parameters: actor (actor, optional), with_parts (boolean, optional), with_members (boolean, optional)
// Columns:    actor (actor), minimum (number), maximum (number), unit (text), place (place), certainty (texts),
//             agrees (boolean), said (date), status (text), speakers (integer), claims (claims)

// `agrees` compares figures of one actor, unit and place: whether the row's range meets every other's. It is empty
// where there is nothing to compare with.
//if actor
MATCH (actor:Thing)<-[:SUBJECT]-(relationship:Relationship)
WHERE actor.id IN $actor AND relationship.predicate = 'hasStrength'
//else
MATCH (relationship:Relationship)-[:SUBJECT]->(actor:Thing)
WHERE relationship.predicate = 'hasStrength'
//end
MATCH (relationship)-[:OBJECT]->(figure:Value)
OPTIONAL MATCH (relationship)-[:PLACE]->(place:Thing)
WITH actor, relationship, figure, place, coalesce(figure.unit, '') AS same_unit,
     coalesce(figure.minimum, figure.maximum - 1e300) AS low, coalesce(figure.maximum, figure.minimum + 1e300) AS high
WITH actor, same_unit, place, max(low) AS greatest_low, min(high) AS least_high,
     collect({relationship: relationship, figure: figure, low: low, high: high}) AS compared
UNWIND compared AS one
// A range meets all others where it begins before the first of them ends and ends after the last of them begins.
WITH actor, place, one.relationship AS relationship, one.figure AS figure,
     CASE WHEN size(compared) > 1 THEN one.low <= least_high AND greatest_low <= one.high END AS agrees,
     actor.sortKey AS actor_order, one.figure.sortKey AS figure_order
ORDER BY actor_order, figure_order, relationship.id
//page
MATCH (relationship)<-[:OF]-(claim:Claim)
WITH actor, place, relationship, figure, agrees, actor_order, figure_order,
     collect(DISTINCT claim.certainty) AS certainty, collect(claim.id) AS claims
RETURN actor.id AS actor, actor.name AS actor_name, figure.minimum AS minimum, figure.maximum AS maximum,
       figure.unit AS unit, place.id AS place, place.name AS place_name, certainty, agrees,
       relationship.first AS said, relationship.status AS status, relationship.speakers AS speakers, claims
ORDER BY actor_order, figure_order, relationship.id
