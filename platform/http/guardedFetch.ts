/**
 * The one way out of the platform to an address that a tenant chose: https to public addresses only. Names are judged where the
 * socket is opened, on the address it is opened to, so that a name cannot be resolved once for the check and again for the call.
 */
import { lookup } from 'node:dns';
import { request as http, type IncomingMessage } from 'node:http';
import { request as https } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { AppError } from '../../shared/errors.ts';

const BODY_BYTES_MAX = 1024 * 1024;
const TIME_MS_MAX = 10_000;

/** IANA special-purpose registries (RFC 6890): what is not reachable from everywhere. */
// One list a family: a rule about mapped addresses in IPv6 would reach plain IPv4 ones too.
const NOT_PUBLIC = { ipv4: new BlockList(), ipv6: new BlockList() };
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  NOT_PUBLIC.ipv4.addSubnet(net, bits, 'ipv4');
}
for (const [net, bits] of [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  NOT_PUBLIC.ipv6.addSubnet(net, bits, 'ipv6');
}

/** False for loopback, private, link-local and every other special address; IPv4 in IPv6 is judged as IPv4. */
export function isPublicAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  const family = isIP(mapped) === 4 ? 'ipv4' : 'ipv6';
  return isIP(mapped) !== 0 && !NOT_PUBLIC[family].check(mapped, family);
}

const refused = (host: string): AppError =>
  new AppError('INPUT_INVALID', `${host.slice(0, 200)} is not an address on the public internet.`);

const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0);
    if (!addresses.every(({ address }) => isPublicAddress(address))) return callback(refused(hostname), '', 0);
    if (options.all === true) return callback(null, addresses);
    return callback(null, addresses[0]!.address, addresses[0]!.family);
  });
};

export interface FetchOptions {
  /** Lets http and loopback through: for a provider or receiver on this machine, in tests and trials. */
  readonly loopback: boolean;
}

/** Throws INPUT_INVALID for anything but https to a host that may be asked. */
export function checkUrl(text: string, { loopback }: FetchOptions): URL {
  const url = new URL(text);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.username !== '' || url.password !== '')
    throw new AppError('INPUT_INVALID', 'An address with a password in it.');
  if (loopback && (host === '127.0.0.1' || host === '::1')) return url;
  if (url.protocol !== 'https:') throw new AppError('INPUT_INVALID', 'The address must begin with https.');
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw refused(host);
  return url;
}

/** Statuses whose responses have no body (Fetch standard, 2.2.3). */
const NO_BODY: readonly number[] = [204, 205, 304];

/** Throws where a status or header is none that a `Response` can have, as 600 and above. */
function responseOf(incoming: IncomingMessage, body: Buffer<ArrayBuffer>): Response {
  const status = incoming.statusCode ?? 502;
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return new Response(NO_BODY.includes(status) ? null : body, { status, headers });
}

/** `fetch` as far as a sign-in and a webhook need it: no redirects, bodies bounded, ten seconds. */
export function guardedFetch(options: FetchOptions) {
  return async (
    address: string,
    init: { method?: string; headers?: Record<string, string>; body?: unknown; signal?: AbortSignal | undefined },
  ): Promise<Response> => {
    const url = checkUrl(address, options);
    const body = init.body === undefined || init.body === null ? undefined : String(init.body);
    const direct = options.loopback && url.protocol === 'http:';
    return await new Promise((resolve, reject) => {
      const outgoing = (direct ? http : https)(
        url,
        {
          method: init.method ?? 'GET',
          headers: { ...init.headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
          timeout: TIME_MS_MAX,
          signal: AbortSignal.any([AbortSignal.timeout(TIME_MS_MAX), ...(init.signal ? [init.signal] : [])]),
          ...(isIP(url.hostname.replace(/^\[|\]$/g, '')) === 0 ? { lookup: publicLookup } : {}),
        },
        (incoming) => {
          const parts: Buffer[] = [];
          let size = 0;
          incoming.on('data', (part: Buffer) => {
            size += part.length;
            if (size > BODY_BYTES_MAX)
              incoming.destroy(new AppError('PLATFORM_PROTOCOL', 'The other side answers too much.'));
            else parts.push(part);
          });
          incoming.on('error', reject);
          incoming.on('end', () => {
            // Nothing may throw in a listener: it would end the process, and what comes here is the other side's to choose.
            try {
              resolve(responseOf(incoming, Buffer.concat(parts)));
            } catch {
              reject(new AppError('PLATFORM_PROTOCOL', 'The other side answers what is no HTTP response.'));
            }
          });
        },
      );
      outgoing.on('timeout', () =>
        outgoing.destroy(new AppError('PLATFORM_UNREACHABLE', 'The other side does not answer.')),
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  };
}
