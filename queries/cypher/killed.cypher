// killed
// Question:   Who is said to have been killed, by whom, in which event and where?
// Parameters: actor (actor, optional), since (date, optional), until (date, optional),
//             with_parts (boolean, optional), with_members (boolean, optional)
// Columns:    victim (actor), by (actor), event (event), place (place), date (date), said (date), status (text),
//             claims (claims)

// One row for each relationship, event, place and date: `killed` names the killer, `killedIn` the event. The date is
// of the death itself, and empty where only the announcement is dated; `said` is when it was first announced.
//if actor
MATCH (actor:Thing)<-[:SUBJECT|OBJECT]-(relationship:Relationship)
WHERE actor.id IN $actor AND relationship.predicate IN ['killed', 'killedIn']
//else
MATCH (relationship:Relationship)
WHERE relationship.predicate IN ['killed', 'killedIn']
//end
WITH DISTINCT relationship
MATCH (relationship)-[:SUBJECT]->(subject)
MATCH (relationship)-[:OBJECT]->(object)
MATCH (relationship)<-[:OF]-(claim:Claim)
WHERE claim.dated IS NOT NULL
//scope claim
OPTIONAL MATCH (claim)-[:PLACE]->(claim_place)
OPTIONAL MATCH (claim)-[:EVENT]->(claim_event)
WITH relationship, claim, claim_place, relationship.predicate = 'killed' AS by_name, subject, object, claim_event
WITH relationship, claim, claim_place,
     CASE WHEN by_name THEN object ELSE subject END AS victim,
     CASE WHEN by_name THEN subject END AS by,
     CASE WHEN by_name THEN claim_event ELSE object END AS event,
     CASE WHEN by_name THEN null ELSE object END AS death
OPTIONAL MATCH (death)-[:TOOK_PLACE_IN]->(event_place)
WITH relationship, claim, victim, by, event, coalesce(claim_place, event_place) AS place,
     CASE
       WHEN claim.start = claim.until THEN claim.start
       WHEN claim.until IS NULL THEN claim.start + '/..'
       WHEN claim.start IS NULL THEN '../' + claim.until
       ELSE claim.start + '/' + claim.until
     END AS date
WITH relationship, victim, by, event, place, date, collect(DISTINCT claim.id) AS claims, min(claim.id) AS first_claim,
     victim.sortKey AS victim_order, coalesce(place.iri, '') AS place_order
RETURN victim.id AS victim, victim.name AS victim_name, by.id AS by, by.name AS by_name,
       event.id AS event, event.name AS event_name, place.id AS place, place.name AS place_name,
       date, relationship.first AS said, relationship.status AS status, claims
ORDER BY victim_order, relationship.id, first_claim, place_order
