// events
// Question:   Which events are reported, when and where, who took part and who was killed?
// Parameters: actor (actor, optional), place (node, optional), type (type, optional), since (date, optional),
//             until (date, optional)
// Columns:    event (event), kinds (texts), date (texts), said (date), place (texts), actors (texts),
//             killed (texts), standing (texts), claims (claims)

// Dates, places, actors and those killed are what some claim affirms, outright or hedged; `standing` is how all the claims
// stand, for an event may be denied or only planned. `actors` carried it out or took part. An event without a date
// counts as of the days on which it was spoken of, as undated acts do; `said` is when it was first spoken of.
MATCH (relation:Relation)
WHERE relation.family = 'events'
WITH collect(relation.id) AS of_events
//if actor
MATCH (actor:Thing)<-[:SUBJECT|OBJECT]-(about_actor:Claim)
WHERE actor.id IN $actor AND about_actor.standing IN ['affirmed', 'hedged']
MATCH (about_actor)-[:SUBJECT|OBJECT|EVENT]->(happening:Event)
WITH DISTINCT of_events, happening
//else
//if place
MATCH (place:Thing)<-[at:OBJECT|PLACE]-(happened:Claim)
WHERE place.id IN $place AND happened.standing IN ['affirmed', 'hedged']
  AND (type(at) = 'PLACE' OR happened.predicate = 'tookPlaceIn')
MATCH (happened)-[:SUBJECT|OBJECT|EVENT]->(happening:Event)
WITH DISTINCT of_events, happening
//else
MATCH (happening:Event)
//end
//end
WHERE happening.id IS NOT NULL
//if type
  AND any(label IN labels(happening) WHERE label IN $type)
//end
//if actor
//if place
  AND EXISTS {
    MATCH (happening)<-[:SUBJECT|OBJECT|EVENT]-(happened:Claim)
    MATCH (happened)-[at:OBJECT|PLACE]->(place:Thing)
    WHERE place.id IN $place AND happened.standing IN ['affirmed', 'hedged']
      AND (type(at) = 'PLACE' OR happened.predicate = 'tookPlaceIn')
  }
//end
//end
MATCH (happening)<-[link:SUBJECT|OBJECT|EVENT]-(about:Claim)
MATCH (about)-[:OBJECT]->(what)
WITH of_events, happening, about, what,
     CASE
       WHEN NOT about.standing IN ['affirmed', 'hedged'] THEN 0
       WHEN what.edtf IS NOT NULL THEN 2
       WHEN about.dated AND (type(link) = 'EVENT' OR about.predicate IN of_events) THEN 1
       ELSE 0
     END AS how
// A date's sort key is "d" and the days of its bounds, twelve digits each, counted from the open past. Only what
// belongs to the event dates it: one may be praised long after.
WITH of_events, happening, how > 0 AS known,
     CASE how
       WHEN 2 THEN toInteger(substring(what.sortKey, 1, 12)) - 10000000
       WHEN 1 THEN about.startDay
       ELSE about.saidDay
     END AS low,
     CASE how
       WHEN 2 THEN toInteger(substring(what.sortKey, 13, 12)) - 10000000
       WHEN 1 THEN about.untilDay
       ELSE about.saidDay
     END AS high
WITH of_events, happening, known, low,
     true
//if since
     AND high >= $since_from
//end
//if until
     AND low <= $until_until
//end
     AS inside
WITH of_events, happening, max(CASE WHEN known THEN 1 ELSE 0 END) AS is_known,
     min(CASE WHEN known THEN low END) AS known_day, min(low) AS spoken_day,
     max(CASE WHEN known AND inside THEN 1 ELSE 0 END) AS known_inside,
     max(CASE WHEN inside THEN 1 ELSE 0 END) AS any_inside
WHERE known_inside = 1 OR (is_known = 0 AND any_inside = 1)
WITH of_events, happening, CASE WHEN is_known = 1 THEN known_day ELSE spoken_day END AS day,
     happening.sortKey AS name_order
ORDER BY day, name_order, happening.iri
//page
MATCH (happening)<-[end:SUBJECT|OBJECT|EVENT]-(claim:Claim)
MATCH (claim)-[:SUBJECT]->(subject)
MATCH (claim)-[:OBJECT]->(object)
OPTIONAL MATCH (claim)-[:PLACE]->(there:Thing)
WITH of_events, happening, day, name_order, claim, subject, object, there,
     claim.standing IN ['affirmed', 'hedged'] AS affirms, type(end) = 'EVENT' AS within,
     CASE
       WHEN claim.start = claim.until THEN claim.start
       WHEN claim.until IS NULL THEN claim.start + '/..'
       WHEN claim.start IS NULL THEN '../' + claim.until
       ELSE claim.start + '/' + claim.until
     END AS span
WITH happening, day, name_order,
     collect(DISTINCT CASE
       WHEN NOT affirms THEN null
       WHEN object.edtf IS NOT NULL THEN object.edtf
       WHEN within OR claim.predicate IN of_events THEN span
     END) AS date,
     // Eight digits and a space before each, so that the earliest is the least; a day that is not known comes last.
     min(CASE WHEN claim.said IS NULL THEN '99999999 ' ELSE toString(claim.saidDay + 20000000) + ' ' + claim.said END) AS said,
     collect(DISTINCT CASE
       WHEN NOT affirms THEN null
       WHEN claim.predicate = 'tookPlaceIn' THEN object.name
       ELSE there.name
     END) AS place,
     collect(DISTINCT CASE WHEN affirms AND claim.predicate IN ['carriedOut', 'tookPartIn'] THEN subject.name END) AS actors,
     collect(DISTINCT CASE
       WHEN affirms AND claim.predicate = 'killedIn' THEN subject.name
       WHEN affirms AND claim.predicate = 'killed' AND within THEN object.name
     END) AS killed,
     collect(DISTINCT claim.standing) AS standing, collect(DISTINCT claim.id) AS claims
RETURN happening.id AS event, happening.name AS event_name, happening.kind AS kinds, date,
       substring(said, 9) AS said, place, actors, killed, standing, claims
ORDER BY day, name_order, happening.iri
