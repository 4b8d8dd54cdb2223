/** JSON Canonicalization Scheme, RFC 8785. */
import { AppError } from '../errors.ts';
import { DEFAULT_MAX_DEPTH, type Json } from './parse.ts';

function refuse(reason: string): AppError {
  return new AppError('LOG_MALFORMED', `Not canonicalizable: ${reason}.`);
}

function text(value: string): string {
  if (!value.isWellFormed()) throw refuse('lone surrogate');
  return JSON.stringify(value);
}

function write(value: Json, depth: number): string {
  if (depth > DEFAULT_MAX_DEPTH) throw refuse('nested too deeply');
  switch (typeof value) {
    case 'string':
      return text(value);
    case 'number':
      if (!Number.isFinite(value)) throw refuse('number not finite');
      // ECMAScript's Number::toString is the number form of RFC 8785 section 3.2.2.3; -0 becomes 0.
      return String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      break;
    default:
      throw refuse(`a ${typeof value} is not JSON`);
  }
  if (value === null) return 'null';
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join(',')}]`;
  const object = value as { readonly [key: string]: Json };
  const proto: unknown = Object.getPrototypeOf(object);
  if (proto !== Object.prototype && proto !== null) throw refuse('not a plain object');
  // The default sort compares UTF-16 code units, as section 3.2.3 asks.
  const keys = Object.keys(object).sort();
  return `{${keys.map((key) => `${text(key)}:${write(object[key]!, depth + 1)}`).join(',')}}`;
}

/**
 * RFC 8785 text of a value. Throws LOG_MALFORMED for what JSON cannot carry exactly: undefined, functions, NaN, infinities,
 * lone surrogates, class instances, cycles (as too deep). Integers beyond 2^53 are written as their nearest double, as the
 * RFC demands; `parseStrict` refuses them on the way in.
 */
export function canonicalize(value: Json): string {
  return write(value, 0);
}
