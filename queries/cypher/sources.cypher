// sources
// Question:   Who publishes what is in this graph, and how much of it?
// Parameters: none
// Columns:    publisher (text), origin (text), articles (integer), claims_made (integer), denials (integer)

MATCH (article:Article)
WITH coalesce(article.publisher, '') AS publisher, article.origin AS origin,
     coalesce(article.publisherKey, '') AS publisher_order, article.originKey AS origin_order,
     count(article) AS articles, sum(COUNT { (article)<-[:IN_ARTICLE]-() }) AS claims_made,
     sum(COUNT { (article)<-[:IN_ARTICLE]-(claim) WHERE claim.standing = 'denied' }) AS denials
RETURN publisher, origin, articles, claims_made, denials
ORDER BY publisher_order, origin_order
