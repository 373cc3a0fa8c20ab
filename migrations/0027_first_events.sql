-- Certificates of before there were events get those that they would have had: the issue, and what they have become.
INSERT INTO certificate_events (certificate_id, number, at, state)
SELECT id, 1, issued_at, 'valid' FROM certificates c
 WHERE NOT EXISTS (SELECT FROM certificate_events e WHERE e.certificate_id = c.id);
INSERT INTO certificate_events (certificate_id, number, at, state, reason)
SELECT id, 2, coalesce(changed_at, issued_at), state, left(state_reason, 500) FROM certificates c
 WHERE state IN ('suspended', 'revoked', 'superseded')
   AND NOT EXISTS (SELECT FROM certificate_events e WHERE e.certificate_id = c.id AND e.number > 1);
