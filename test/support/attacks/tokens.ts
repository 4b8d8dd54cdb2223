/** Tokens that are not what they say. */
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { loadSigningKey } from '../../../platform/log/keys.ts';
import { PASSWORD, type World } from '../platform.ts';
import { ACME, type Attempt, raw } from './ground.ts';

const b64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Tokens that are not what they say, over one that is good. */
export async function forgeries(world: World, good: string): Promise<Attempt[]> {
  const { core } = world.platform;
  const pair = await core.platform((tx) => loadSigningKey(core, tx, 'jwt', null));
  const ours = createPrivateKey(pair.privatePem);
  const other = generateKeyPairSync('ed25519').privateKey;
  const [head, body, signature] = good.split('.') as [string, string, string];
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>;
  const header = { alg: 'EdDSA', typ: 'at+jwt' };
  const sign = (key: typeof ours, payload: object, protectedHeader: object = header) =>
    new SignJWT({ ...payload }).setProtectedHeader(protectedHeader as typeof header).sign(key);
  const hmac = (secret: string) =>
    new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' }).sign(Buffer.from(secret));
  const publicDer = createPublicKey(pair.publicPem).export({ type: 'spki', format: 'der' });
  const now = Math.floor(core.now() / 1000);
  const texts: readonly (readonly [string, string])[] = [
    ['nothing at all', ''],
    ['a text that is no token', 'Bearer abc'],
    ['alg none', `Bearer ${b64({ alg: 'none', typ: 'at+jwt' })}.${body}.`],
    ['alg none with a signature', `Bearer ${b64({ alg: 'none', typ: 'at+jwt' })}.${body}.${signature}`],
    ['alg NoNe', `Bearer ${b64({ alg: 'NoNe', typ: 'at+jwt' })}.${body}.AAAA`],
    ['HS256 under our public key as PEM', `Bearer ${await hmac(pair.publicPem)}`],
    ['HS256 under our public key as DER', `Bearer ${await hmac(publicDer.toString('latin1'))}`],
    ['HS256 under an empty-looking secret', `Bearer ${await hmac('\0'.repeat(32))}`],
    ['another key', `Bearer ${await sign(other, claims)}`],
    [
      'another key that is sent along',
      `Bearer ${await sign(other, claims, { ...header, jwk: createPublicKey(other).export({ format: 'jwk' }) })}`,
    ],
    [
      'another key with a key id that looks like a path',
      `Bearer ${await sign(other, claims, { ...header, kid: '../../dev/null' })}`,
    ],
    ['claims changed after signing', `Bearer ${head}.${b64({ ...claims, org_id: 'acme' })}.${signature}`],
    ['a signature cut short', `Bearer ${head}.${body}.${signature.slice(0, -4)}`],
    ['a part more', `Bearer ${good}.${signature}`],
    ['our key, another audience', `Bearer ${await sign(ours, { ...claims, aud: 'elsewhere' })}`],
    ['our key, another issuer', `Bearer ${await sign(ours, { ...claims, iss: 'elsewhere' })}`],
    ['our key, another kind of token', `Bearer ${await sign(ours, claims, { alg: 'EdDSA', typ: 'JWT' })}`],
    ['our key, no end', `Bearer ${await sign(ours, { ...claims, exp: undefined })}`],
    ['our key, ended', `Bearer ${await sign(ours, { ...claims, iat: now - 900, exp: now - 600 })}`],
    ['our key, another user in this session', `Bearer ${await sign(ours, { ...claims, sub: 'another' })}`],
    ['our key, a session that is not there', `Bearer ${await sign(ours, { ...claims, sid: 'another' })}`],
    ['the scheme twice', `Bearer Bearer ${good}`],
    ['basic', `Basic ${Buffer.from(`admin@acme.test:${PASSWORD}`).toString('base64')}`],
  ];
  return texts.map(([name, text]) => ({
    name: `token: ${name}`,
    run: () => raw(world, text)('GET', `${ACME}/members`),
    refusedBy: [401],
    event: false,
  }));
}
