// article
// Question:   What does this article say, and whom does it quote?
// Parameters: article (article)
// Columns:    speaker (actor), subject (node), relation (relation), object (node), standing (text), said (date),
//             article (article), claims (claims)

MATCH (article:Article)<-[:IN_ARTICLE]-(claim:Claim)
WHERE article.id IN $article
WITH article, claim, claim.saidDay AS day
ORDER BY day, claim.id
//page
MATCH (claim)-[:SUBJECT]->(subject)
MATCH (claim)-[:OBJECT]->(object)
OPTIONAL MATCH (claim)-[:SPEAKER]->(speaker)
RETURN speaker.id AS speaker, speaker.name AS speaker_name, subject.id AS subject, subject.name AS subject_name,
       claim.predicate AS relation, object.id AS object, object.name AS object_name, claim.standing AS standing,
       claim.said AS said, article.id AS article, article.name AS article_name, claim.id AS claims
ORDER BY day, claims
