// single-source
// Question:   Which relationships does only one independent source affirm: one named speaker, or one origin's own voice?
// Parameters: actor (actor, optional), relation (relation, optional), speaker (node, optional), origin (text, optional)
// Columns:    subject (node), relation (relation), object (node), source (texts), articles (integer), status (text),
//             affirmed (integer), hedged (integer), denied (integer), deniers (integer), first (date), last (date),
//             claims (claims)

// What was said last comes first. Copies of one sentence are one source, so one source may stand in many articles.
// `source` names the speaker, or the origin where the article says it itself; it holds several where copies of a sentence
// were read in different ways.
//if actor
MATCH (actor:Thing)<-[:SUBJECT|OBJECT]-(relationship:Relationship)
WHERE actor.id IN $actor
WITH DISTINCT relationship
//else
//if speaker
MATCH (voice:Thing)<-[:SPEAKER]-(said:Claim)-[:OF]->(relationship:Relationship)
WHERE voice.id IN $speaker
WITH DISTINCT relationship
//else
MATCH (relationship:Relationship)
//end
//end
WHERE relationship.lastDay IS NOT NULL AND relationship.speakers = 1 AND relationship.unnamed = 0
//if relation
  AND relationship.predicate IN $relation
//end
//if speaker
  AND EXISTS {
    MATCH (relationship)<-[:OF]-(said:Claim)-[:SPEAKER]->(voice:Thing)
    WHERE said.standing IN ['affirmed', 'hedged'] AND voice.id IN $speaker
  }
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
     count(DISTINCT CASE WHEN affirms THEN article END) AS articles, collect(DISTINCT claim.id) AS claims
RETURN subject.id AS subject, subject.name AS subject_name, relationship.predicate AS relation,
       object.id AS object, object.name AS object_name, source, articles, relationship.status AS status,
       relationship.affirmed AS affirmed, relationship.hedged AS hedged, relationship.denied AS denied,
       relationship.deniers AS deniers, relationship.first AS first, relationship.last AS last, claims
ORDER BY day DESC, relationship.id
