/** VERIFY.md: the commands that check this very bundle with standard tools. */
import { IN_TOTO_TYPE } from './dsse.ts';

/** The commands, one a line, to be run by bash in the bag's folder, with the pinned keys beside that folder. */
export const STANDARD_COMMANDS = [
  'find . -type l | grep . && exit 1',
  'sha256sum -c tagmanifest-sha256.txt && sha256sum -c manifest-sha256.txt',
  'diff <(find data -type f | sort) <(cut -c67- manifest-sha256.txt | sort)',
  `{ printf 'DSSEv1 ${IN_TOTO_TYPE.length} ${IN_TOTO_TYPE} %d ' $(wc -c < signatures/statement.json); cat signatures/statement.json; } > ../pae`,
  'openssl dgst -sha256 -verify ../bundle.pub.pem -signature signatures/statement.0.sig ../pae',
  'grep -q $(sha256sum tagmanifest-sha256.txt | cut -c1-64) signatures/statement.json',
  "sed '/^$/,$d' data/log/checkpoint > ../cp; grep -m1 '^— ' data/log/checkpoint | awk '{print $3}' | base64 -d | tail -c64 > ../cp.sig",
  'openssl pkeyutl -verify -pubin -inkey ../log.pub.pem -rawin -in ../cp -sigfile ../cp.sig',
] as const;

export interface GuideFacts {
  readonly folder: string;
  readonly organization: string;
  readonly origin: string;
  readonly bundleFingerprint: string;
  readonly logFingerprint: string;
}

/** The whole text; the names in it are those of the bundle. */
export function verifyGuide(facts: GuideFacts): string {
  const { folder, organization, origin, bundleFingerprint, logFingerprint } = facts;
  const block = (...lines: readonly string[]): string => `\n\`\`\`\n${lines.join('\n')}\n\`\`\`\n`;
  return `# How to check this bundle

Bundle \`${folder}\`, organization ${JSON.stringify(organization)}, log \`${origin}\`.

The keys in \`trust/\` are copies for convenience. They prove nothing, because whoever changed the bundle could have changed them.
Get both keys from a source other than this bundle, compare their fingerprints by another channel, and put them beside the extracted folder:

- \`bundle.pub.pem\`, the key of the exporting console; this bundle claims SHA-256 (of the DER form) \`${bundleFingerprint}\`
- \`log.pub.pem\`, the key of the audit log; this bundle claims SHA-256 (of the 32 key bytes) \`${logFingerprint}\`
${block(
  'openssl pkey -pubin -in bundle.pub.pem -outform DER | sha256sum',
  'openssl pkey -pubin -in log.pub.pem -outform DER | tail -c32 | sha256sum',
)}
## With our verifier

One file, needs Node 20 or later and nothing else. Exit code 0 valid, 1 invalid, 2 unreadable, 3 valid but a signer is not trusted.
${block(`node verify.mjs --key bundle.pub.pem --key log.pub.pem ${folder}.zip`)}
It checks everything below, and also that the events hash to the signed root (none can be missing), that every disclosed field belongs to its event,
that the list of withheld fields is complete, and that the counts and the figures of the report are those of the data.

## With standard tools only

bash, GNU coreutils, OpenSSL 3. After \`unzip ${folder}.zip\`, with the two pinned keys beside the folder:
${block(`cd ${folder}`, ...STANDARD_COMMANDS)}
The first line must print nothing and the second only \`OK\` lines; \`diff\` and \`grep\` print nothing and succeed; OpenSSL prints \`Verified OK\` and \`Signature Verified Successfully\`.
A checkpoint may carry signatures of several keys; the \`grep\` takes the first line, which is the log's.

## What the files are

- \`data/events/leaves.ndjson\`: one event a line, the exact bytes that were hashed into the log (leaf hash: SHA-256 of a zero byte and the line)
- \`data/events/disclosures.ndjson\`: the fields that were opened, each with the sequence number of its event
- \`data/events/withheld.ndjson\`: the fields that were not, by digest; a name there is a claim of the exporter
- \`data/events/ocsf.ndjson\`: the same events for a SIEM, derived
- \`data/log/checkpoint\`, \`data/log/range.json\`: the signed root, and the hashes that stand for the events before and after the range
- \`data/access/\`: members, workspaces and roles as the console mirrored them; a CSV cell that a spreadsheet would run as a formula has an apostrophe before it, the JSON is exact
- \`signatures/statement.json\`: what was signed; \`statement.dsse.json\` is the same as a DSSE envelope
`;
}
