// who-says
// Question:   Who says that this subject has this relation to this object, where and when?
// Parameters: subject (node), relation (relation), object (node), as_of (date, optional), since (date, optional),
//             until (date, optional)
// Columns:    speaker (actor), standing (text), certainty (text), modality (text), said (date), date (date),
//             article (article), claims (claims)

// One row a claim; without a speaker it is the article's own voice.
MATCH (one:Thing)<-[end:SUBJECT|OBJECT]-(relationship:Relationship)-[:SUBJECT|OBJECT]->(other:Thing)
WHERE one.id IN $subject AND other.id IN $object AND relationship.predicate IN $relation
MATCH (relation:Relation {id: relationship.predicate})
WHERE type(end) = 'SUBJECT' OR relation.symmetric
WITH DISTINCT relationship, relation
MATCH (relationship)<-[:OF]-(claim:Claim)
WHERE claim.dated IS NOT NULL
//scope claim relation.tense
WITH claim, claim.saidDay AS day
ORDER BY day, claim.id
//page
MATCH (claim)-[:IN_ARTICLE]->(article)
OPTIONAL MATCH (claim)-[:SPEAKER]->(speaker)
RETURN speaker.id AS speaker, speaker.name AS speaker_name, claim.standing AS standing,
       claim.certainty AS certainty, claim.modality AS modality, claim.said AS said,
       CASE
         WHEN claim.start = claim.until THEN claim.start
         WHEN claim.until IS NULL THEN claim.start + '/..'
         WHEN claim.start IS NULL THEN '../' + claim.until
         ELSE claim.start + '/' + claim.until
       END AS date,
       article.id AS article, article.name AS article_name, claim.id AS claims
ORDER BY day, claims
