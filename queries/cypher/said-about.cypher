// said-about
// Question:   What is said about this actor, and by whom?
// Parameters: actor (node), said_since (date, optional), said_until (date, optional)
// Columns:    speaker (actor), subject (node), relation (relation), object (node), standing (text), said (date),
//             article (article), claims (claims)

MATCH (actor:Thing)<-[:SUBJECT|OBJECT|ABOUT]-(claim:Claim)
WHERE actor.id IN $actor
//if said_since
  AND claim.saidDay >= $said_since_from
//end
//if said_until
  AND claim.saidDay <= $said_until_until
//end
WITH DISTINCT claim, claim.saidDay AS day
ORDER BY day, claim.id
//page
MATCH (claim)-[:SUBJECT]->(subject)
MATCH (claim)-[:OBJECT]->(object)
MATCH (claim)-[:IN_ARTICLE]->(article)
OPTIONAL MATCH (claim)-[:SPEAKER]->(speaker)
RETURN speaker.id AS speaker, speaker.name AS speaker_name, subject.id AS subject, subject.name AS subject_name,
       claim.predicate AS relation, object.id AS object, object.name AS object_name, claim.standing AS standing,
       claim.said AS said, article.id AS article, article.name AS article_name, claim.id AS claims
ORDER BY day, claims
