// anonymous-only
// Question:   Which relationships do only unnamed speakers affirm?
// Parameters: actor (actor, optional), relation (relation, optional), origin (text, optional)
// Columns:    subject (node), relation (relation), object (node), source (texts), origins (texts), status (text),
//             affirmed (integer), hedged (integer), denied (integer), unnamed (integer), deniers (integer),
//             first (date), last (date), claims (claims)

// What was said last comes first. `source` is how these speakers are described, `origins` who prints what they say.
// Unnamed speakers count once an origin, for nobody can tell whether two "officials" of one paper are two.
//if actor
MATCH (actor:Thing)<-[:SUBJECT|OBJECT]-(relationship:Relationship)
WHERE actor.id IN $actor
WITH DISTINCT relationship
//else
MATCH (relationship:Relationship)
//end
WHERE relationship.lastDay IS NOT NULL AND relationship.speakers = 0 AND relationship.unnamed > 0
//if relation
  AND relationship.predicate IN $relation
//end
//if origin
  AND EXISTS {
    MATCH (relationship)<-[:OF]-(there:Claim)-[:IN_ARTICLE]->(printed:Article)
    WHERE there.standing IN ['affirmed', 'hedged'] AND printed.origin = $origin
  }
//end
WITH relationship, relationship.lastDay AS day
ORDER BY day DESC, relationship.id
//page
MATCH (relationship)-[:SUBJECT]->(subject)
MATCH (relationship)-[:OBJECT]->(object)
MATCH (relationship)<-[:OF]-(claim:Claim)-[:IN_ARTICLE]->(article:Article)
OPTIONAL MATCH (claim)-[:SPEAKER]->(voice:Thing)
WITH relationship, subject, object, day, claim, article, voice,
     claim.standing IN ['affirmed', 'hedged'] AS affirms
WITH relationship, subject, object, day,
     collect(DISTINCT CASE WHEN affirms THEN coalesce(voice.name, article.origin) END) AS source,
     collect(DISTINCT CASE WHEN affirms THEN article.origin END) AS origins, collect(DISTINCT claim.id) AS claims
RETURN subject.id AS subject, subject.name AS subject_name, relationship.predicate AS relation,
       object.id AS object, object.name AS object_name, source, origins, relationship.status AS status,
       relationship.affirmed AS affirmed, relationship.hedged AS hedged, relationship.denied AS denied,
       relationship.unnamed AS unnamed, relationship.deniers AS deniers,
       relationship.first AS first, relationship.last AS last, claims
ORDER BY day DESC, relationship.id
