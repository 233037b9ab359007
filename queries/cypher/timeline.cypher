// timeline
// Question:   What happened to this actor, or held for it, and when?
// Parameters: actor (actor), since (date, optional), until (date, optional), with_parts (boolean, optional),
//             with_members (boolean, optional)
// Columns:    date (date), subject (node), relation (relation), object (node), standing (text), claims (claims)

// Claims that are dated, and the dates of the events that the actor is said to have a part in.
CALL () {
  MATCH (actor:Thing)<-[:SUBJECT|OBJECT]-(claim:Claim)
  WHERE actor.id IN $actor AND claim.predicate <> 'happenedAt'
//if left_out
    AND NOT claim.dated
//else
    AND claim.dated
//scope claim
//end
  RETURN claim, claim.startDay AS day
//if left_out
//else
  UNION
  MATCH (actor:Thing)<-[:SUBJECT|OBJECT]-(about:Relationship|Claim)
  WHERE actor.id IN $actor
  MATCH (about)-[:SUBJECT|OBJECT|EVENT]->(event:Event|Agreement)
  WITH DISTINCT event
  MATCH (event)<-[:SUBJECT]-(claim:Claim)-[:OBJECT]->(date:Date)
  WHERE claim.predicate = 'happenedAt'
  // A date's sort key is "d" and the days of its bounds, twelve digits each, counted from the open past.
  WITH claim, toInteger(substring(date.sortKey, 1, 12)) - 10000000 AS day,
       toInteger(substring(date.sortKey, 13, 12)) - 10000000 AS last_day
  WHERE day IS NOT NULL
//if since
    AND last_day >= $since_from
//end
//if until
    AND day <= $until_until
//end
  RETURN claim, day
//end
}
WITH DISTINCT claim, day
ORDER BY day, claim.id
//page
MATCH (claim)-[:SUBJECT]->(subject)
MATCH (claim)-[:OBJECT]->(object)
RETURN CASE
         WHEN claim.predicate = 'happenedAt' THEN object.edtf
         WHEN claim.start = claim.until THEN claim.start
         WHEN claim.until IS NULL THEN claim.start + '/..'
         WHEN claim.start IS NULL THEN '../' + claim.until
         ELSE claim.start + '/' + claim.until
       END AS date,
       subject.id AS subject, subject.name AS subject_name, claim.predicate AS relation,
       object.id AS object, object.name AS object_name, claim.standing AS standing, claim.id AS claims
ORDER BY day, claim.id
