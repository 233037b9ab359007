// said-by
// Question:   What does this speaker say?
// Parameters: speaker (node), said_since (date, optional), said_until (date, optional)
// Columns:    subject (node), relation (relation), object (node), standing (text), said (date),
//             article (article), claims (claims)

MATCH (speaker:Thing)<-[:SPEAKER]-(claim:Claim)
WHERE speaker.id IN $speaker
//if said_since
  AND claim.saidDay >= $said_since_from
//end
//if said_until
  AND claim.saidDay <= $said_until_until
//end
WITH claim, claim.saidDay AS day
ORDER BY day, claim.id
//page
MATCH (claim)-[:SUBJECT]->(subject)
MATCH (claim)-[:OBJECT]->(object)
MATCH (claim)-[:IN_ARTICLE]->(article)
RETURN subject.id AS subject, subject.name AS subject_name, claim.predicate AS relation,
       object.id AS object, object.name AS object_name, claim.standing AS standing, claim.said AS said,
       article.id AS article, article.name AS article_name, claim.id AS claims
ORDER BY day, claims
