/** Fields that several entities share, as every route, the feed and the mirror hold them. */
import { z } from 'zod';

export const TIERS = ['free', 'pro', 'enterprise'] as const;

/** Lower-case letters, digits and hyphens; no underscore, so that `-` to `_` stays one to one in schema names. */
export const ORG_ID = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

/** Zones that were found to be known: asking costs a third of a millisecond, and every revision of every SLA names one. */
const zones = new Set<string>();
const ZONES_MAX = 2_000;

function knownZone(zone: string): boolean {
  if (zones.has(zone)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    if (zones.size < ZONES_MAX) zones.add(zone);
    return true;
  } catch {
    return false;
  }
}

/** Text a person typed: no control characters, no lone surrogates, not only blanks. */
export const Text = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), 'control characters are not allowed');

/** Longer text; may be empty and have lines, but nothing the store or the log cannot carry. */
export const LongText = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => text.isWellFormed() && !/[^\P{Cc}\n\r\t]/u.test(text), 'control characters are not allowed');

export const OrgId = z.string().regex(ORG_ID);
export const EntityId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/);
/** RFC 3339, UTC. */
export const Timestamp = z.iso.datetime();
export const TimeZone = z.string().max(60).refine(knownZone, 'not an IANA time zone');
/** A version of the feed; an entity carries the one of its last change, which is its ETag. */
export const Version = z.int().min(1);
/** A grant as text, `resource:action[:scope]` with `*` for a whole segment; whether the catalog has it is checked apart. */
export const GrantText = z.string().min(3).max(260);
/** Grants of one holder: sorted, each once. */
export const Grants = z
  .array(GrantText)
  .max(20_000)
  .transform((list) => [...new Set(list)].sort());
