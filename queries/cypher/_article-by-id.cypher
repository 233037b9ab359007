// _article-by-id
// Question:   Which article has this id?
// Parameters: ids (ids)
// Columns:    article (article)

MATCH (found:Article)
WHERE found.id IN $ids
RETURN found.id AS article, found.name AS article_name
ORDER BY found.iri
