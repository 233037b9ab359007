// _articles-by-name
// Question:   Which articles have these words in their title?
// Parameters: words (name)
// Columns:    article (article)

MATCH (found:Article)
WHERE found.titleKey CONTAINS $words
RETURN found.id AS article, found.name AS article_name
ORDER BY found.iri
