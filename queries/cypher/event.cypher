// event
// Question:   What is said of this event: who had which part in it, where and when it was, who was killed?
// Parameters: event (node)
// Columns:    subject (node), relation (relation), object (node), standing (text), status (text), source (texts),
//             date (texts), place (texts), figures (texts), claims (claims)

// One row for what is affirmed, hedged, denied or not actual of each relationship with the event, or of others in it.
// `status` is of all that is said of the relationship, also by those who do not mention the event.
MATCH (event:Thing)<-[:SUBJECT|OBJECT|EVENT|ABOUT]-(claim:Claim)-[:OF]->(relationship:Relationship)
WHERE event.id IN $event
WITH relationship, claim.standing AS standing, collect(DISTINCT claim) AS these
MATCH (relation:Relation {id: relationship.predicate})
MATCH (relationship)-[:SUBJECT]->(subject)
MATCH (relationship)-[:OBJECT]->(object)
WITH relationship, standing, these, subject, object,
     relation.sortKey AS relation_order, subject.sortKey AS subject_order, object.sortKey AS object_order
ORDER BY relation_order, subject_order, object_order, standing, relationship.id
//page
UNWIND these AS claim
MATCH (claim)-[:IN_ARTICLE]->(article:Article)
OPTIONAL MATCH (claim)-[:SPEAKER]->(voice:Thing)
OPTIONAL MATCH (claim)-[:PLACE]->(there:Thing)
OPTIONAL MATCH (claim)-[:QUANTITY]->(figure:Value)
WITH relationship, standing, subject, object, relation_order, subject_order, object_order,
     collect(DISTINCT coalesce(voice.name, article.origin)) AS source,
     collect(DISTINCT CASE
       WHEN claim.start = claim.until THEN claim.start
       WHEN claim.until IS NULL THEN claim.start + '/..'
       WHEN claim.start IS NULL THEN '../' + claim.until
       ELSE claim.start + '/' + claim.until
     END) AS date,
     collect(DISTINCT there.name) AS place, collect(DISTINCT figure.name) AS figures, collect(DISTINCT claim.id) AS claims
RETURN subject.id AS subject, subject.name AS subject_name, relationship.predicate AS relation,
       object.id AS object, object.name AS object_name, standing, relationship.status AS status,
       source, date, place, figures, claims
ORDER BY relation_order, subject_order, object_order, standing, relationship.id
