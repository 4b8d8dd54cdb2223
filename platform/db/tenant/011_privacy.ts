/**
 * Erasure: the tenant's role may drop parts of the disclosures of its own events, and nothing else of them. It gets no UPDATE on the log, not
 * even on that column, with which a text could be put in; it gets a function that runs as the owner and can only leave out whole disclosures
 * whose SHA-256 is named. Leaves, nodes and checkpoints stay beyond reach. The body is bound to the tables of this schema when it is made, so
 * that no search path of a caller leads it elsewhere.
 */
export const version = 11;

export const sql = (role: string): string => `
CREATE FUNCTION drop_disclosures(seqs bigint[], digests text[]) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH wanted AS (
    SELECT w.seq, array_agg(w.digest) AS digests FROM unnest(seqs, digests) AS w(seq, digest) GROUP BY w.seq
  ), changed AS (
    UPDATE audit_events e SET disclosures = coalesce((
      SELECT string_agg(p.part, '~' ORDER BY p.n)
      FROM unnest(string_to_array(e.disclosures, '~')) WITH ORDINALITY AS p(part, n)
      WHERE translate(encode(sha256(convert_to(p.part, 'UTF8')), 'base64'), '+/=', '-_') <> ALL (wanted.digests)), '')
    FROM wanted WHERE e.seq = wanted.seq RETURNING e.seq
  )
  SELECT count(*) FROM changed;
END;
REVOKE ALL ON FUNCTION drop_disclosures(bigint[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_disclosures(bigint[], text[]) TO ${role};
`;
