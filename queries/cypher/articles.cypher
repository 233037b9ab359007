// articles
// Question:   Which articles are in this graph?
// Parameters: publisher (text, optional)
// Columns:    article (article), publisher (text), origin (text), published (date), claims_made (integer)

MATCH (article:Article)
//if publisher
WHERE article.publisher = $publisher
//end
WITH article, article.publishedDay AS day, article.iri AS iri_order
ORDER BY day DESC, iri_order
//page
RETURN article.id AS article, article.name AS article_name, article.publisher AS publisher, article.origin AS origin,
       article.published AS published, COUNT { (article)<-[:IN_ARTICLE]-() } AS claims_made
ORDER BY day DESC, iri_order
