/**
 * Pruning. Events could be added by the tenant's role and never changed; they still cannot. The one right that comes is to run a function of
 * the owner's which can do one thing: empty the text of an event. It never writes a text, nor touches a hash: whatever is emptied, every proof
 * holds, and an event emptied without its `retention.prune` event is an alarm at each console. Its tables are bound when it is made
 * (`BEGIN ATOMIC`), so that no search path of the caller leads it elsewhere.
 */
export const version = 12;

export const sql = (role: string): string => `
ALTER TABLE org_state ADD COLUMN log_pruned_to bigint NOT NULL DEFAULT 0;
CREATE FUNCTION empty_events(first bigint, upto bigint) RETURNS void LANGUAGE sql SECURITY DEFINER BEGIN ATOMIC
  UPDATE audit_events SET entry = '', disclosures = '' WHERE seq >= first AND seq < upto;
END;
CREATE FUNCTION empty_disclosures(begins bigint[], ends bigint[]) RETURNS void LANGUAGE sql SECURITY DEFINER BEGIN ATOMIC
  UPDATE audit_events SET disclosures = '' FROM unnest(begins, ends) AS run(first, upto)
  WHERE seq >= run.first AND seq < run.upto AND disclosures <> '';
END;
REVOKE ALL ON FUNCTION empty_events(bigint, bigint), empty_disclosures(bigint[], bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION empty_events(bigint, bigint), empty_disclosures(bigint[], bigint[]) TO ${role};
`;
