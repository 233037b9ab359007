"""Reference lists: the UN Security Council's, FollowTheMoney, Wikidata."""
