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
WITH actor, {
       relationship: relationship, figure: figure, place: place,
       compared: [coalesce(figure.unit, ''), coalesce(place.id, '')],
       low: coalesce(figure.minimum, figure.maximum - 1e300),
       high: coalesce(figure.maximum, figure.minimum + 1e300)
     } AS one
WITH actor, collect(one) AS all_of_actor
UNWIND all_of_actor AS one
WITH actor, all_of_actor, one, one.relationship AS relationship, one.figure AS figure,
     actor.sortKey AS actor_order, one.figure.sortKey AS figure_order
ORDER BY actor_order, figure_order, relationship.id
//page
WITH actor, one, relationship, figure, actor_order, figure_order,
     [other IN all_of_actor WHERE other.compared = one.compared AND other.relationship <> relationship] AS others
MATCH (relationship)<-[:OF]-(claim:Claim)
WITH actor, one, relationship, figure, actor_order, figure_order, others,
     collect(DISTINCT claim.certainty) AS certainty, collect(claim.id) AS claims
RETURN actor.id AS actor, actor.name AS actor_name, figure.minimum AS minimum, figure.maximum AS maximum,
       figure.unit AS unit, one.place.id AS place, one.place.name AS place_name, certainty,
       CASE WHEN size(others) > 0
         THEN all(other IN others WHERE one.low <= other.high AND other.low <= one.high)
       END AS agrees,
       relationship.first AS said, relationship.status AS status, relationship.speakers AS speakers, claims
ORDER BY actor_order, figure_order, relationship.id
