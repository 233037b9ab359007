// members
// Question:   Who is said to be a member of this group, by whom, and who denies it?
// Parameters: group (actor), as_of (date, optional)
// Columns:    member (actor), status (text),
//             affirmed (integer), hedged (integer), denied (integer), speakers (integer), unnamed (integer),
//             deniers (integer), first (date), last (date), undated (integer), claims (claims)

MATCH (whole:Thing)<-[:OBJECT]-(relationship:Relationship)-[:SUBJECT]->(member:Thing)
WHERE whole.id IN $group AND relationship.predicate = 'memberOf'
//if as_of
  AND EXISTS {
    MATCH (relationship)<-[:OF]-(within:Claim)
    WHERE within.dated IS NOT NULL
//scope within
  }
//end
WITH relationship, member,
     member.sortKey AS member_order
ORDER BY member_order, relationship.id
//page
MATCH (relationship)<-[:OF]-(claim:Claim)
WHERE claim.dated IS NOT NULL
//scope claim
WITH relationship, member, member_order,
     sum(CASE WHEN claim.dated THEN 0 ELSE 1 END) AS undated, collect(claim.id) AS claims
RETURN member.id AS member, member.name AS member_name, relationship.status AS status,
       relationship.affirmed AS affirmed, relationship.hedged AS hedged, relationship.denied AS denied,
       relationship.speakers AS speakers, relationship.unnamed AS unnamed, relationship.deniers AS deniers,
       relationship.first AS first, relationship.last AS last, undated, claims
ORDER BY member_order, relationship.id
