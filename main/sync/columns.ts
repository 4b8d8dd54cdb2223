/** Gathers the rows of a batch column by column, in the form the database's writer binds. */
import type { AuditEvent } from '../../shared/audit/index.ts';
import { DISCLOSURE_NAMES } from '../../shared/audit/index.ts';
import { AppError } from '../../shared/errors.ts';
import { isCanonical } from '../../shared/json/index.ts';
import type { BatchDictionary } from '../db/api.ts';
import { OUTCOMES } from '../db/api.ts';

/** Free text kept for search of one disclosed value; an imported original can be megabytes long. */
const SEARCH_CHARS_MAX = 4096;
const SALT_CHARS = 22;

class Dictionary {
  private readonly codes = new Map<string, number>();
  readonly keys: string[] = [];
  readonly names: (string | null)[] = [];

  code(key: string, name: string | null): number {
    let code = this.codes.get(key);
    if (code === undefined) {
      code = this.keys.length;
      this.codes.set(key, code);
      this.keys.push(key);
      this.names.push(name);
    } else if (name !== null) this.names[code] = name;
    return code;
  }

  take(): BatchDictionary {
    return { keys: this.keys, names: this.names };
  }
}

/** What the disclosures of an event say in plain words. */
export interface Disclosed {
  actor: string | null;
  target: string | null;
  text: string;
}

function collectText(value: unknown, into: string[], room: { left: number }): void {
  if (room.left <= 0) return;
  if (typeof value === 'string') {
    const part = value.length > room.left ? value.slice(0, room.left) : value;
    room.left -= part.length;
    into.push(part);
  } else if (typeof value === 'number') into.push(String(value));
  else if (value !== null && typeof value === 'object') {
    for (const item of Object.values(value)) collectText(item, into, room);
  }
}

/** A disclosure whose digest was found in the event: name and value. Throws LOG_MALFORMED. */
function readValue(text: string): { name: string; value: unknown } {
  const json = Buffer.from(text, 'base64url').toString('utf8');
  const [salt, name, value, ...rest] = isCanonical(json) && json.startsWith('[') ? (JSON.parse(json) as unknown[]) : [];
  const known = typeof name === 'string' && (DISCLOSURE_NAMES as readonly string[]).includes(name);
  if (typeof salt !== 'string' || salt.length !== SALT_CHARS || !known || value === undefined || rest.length > 0) {
    throw new AppError('LOG_MALFORMED', 'A disclosure is not in the public format.');
  }
  return { name, value };
}

/** Throws LOG_MALFORMED. */
export function readDisclosed(disclosures: readonly string[]): Disclosed {
  const out: Disclosed = { actor: null, target: null, text: '' };
  if (disclosures.length === 0) return out;
  const parts: string[] = [];
  for (const text of disclosures) {
    const { name, value } = readValue(text);
    collectText(value, parts, { left: SEARCH_CHARS_MAX });
    if (name !== 'actor' && name !== 'target') continue;
    const label = (value as { name?: unknown } | null)?.name;
    if (typeof label === 'string') out[name] = label;
  }
  out.text = parts.join(' ');
  return out;
}

/**
 * The words by which search finds an event, on one line. Full verification computes them anew: a change here needs a migration that builds
 * the search index of every mirror anew.
 */
export function searchLine(event: AuditEvent, disclosed: Disclosed): string {
  const text = `${event.action} ${event.actor.id} ${event.target?.id ?? ''} ${disclosed.text}`;
  // A line feed parts words like any space does, and it parts the rows of a batch.
  return text.includes('\n') ? text.replaceAll('\n', ' ') : text;
}

export class Columns {
  readonly occurred: Float64Array;
  readonly recorded: Float64Array;
  readonly outcome: Uint8Array;
  readonly actor: Uint32Array;
  readonly action: Uint32Array;
  readonly target: Uint32Array;
  readonly workspace: Uint32Array;
  readonly leafEnds: Uint32Array;
  private readonly disclosures: string[] = [];
  private readonly text: string[] = [];
  count = 0;
  private readonly actors = new Dictionary();
  private readonly actions = new Dictionary();
  private readonly targets = new Dictionary();
  private readonly workspaces = new Dictionary();

  constructor(rowsMax: number) {
    this.occurred = new Float64Array(rowsMax);
    this.recorded = new Float64Array(rowsMax);
    this.outcome = new Uint8Array(rowsMax);
    this.actor = new Uint32Array(rowsMax);
    this.action = new Uint32Array(rowsMax);
    this.target = new Uint32Array(rowsMax);
    this.workspace = new Uint32Array(rowsMax);
    this.leafEnds = new Uint32Array(rowsMax);
  }

  /** Adds a checked event. Throws LOG_MALFORMED when one of its disclosures cannot be read. */
  add(event: AuditEvent, recorded: number, leafEnd: number, line: string, disclosures: readonly string[]): void {
    const row = this.count++;
    const disclosed = readDisclosed(disclosures);
    const actor = `${event.actor.type}:${event.actor.id}`;
    const target = event.target === null ? '' : `${event.target.type}:${event.target.id}`;
    this.recorded[row] = recorded;
    this.occurred[row] = event.occurred_at === event.recorded_at ? recorded : Date.parse(event.occurred_at);
    this.outcome[row] = OUTCOMES.indexOf(event.outcome);
    this.actor[row] = this.actors.code(actor, disclosed.actor);
    this.action[row] = this.actions.code(event.action, null);
    this.target[row] = this.targets.code(target, disclosed.target);
    this.workspace[row] = this.workspaces.code(event.workspace ?? '', null);
    this.leafEnds[row] = leafEnd;
    this.disclosures.push(line);
    this.text.push(searchLine(event, disclosed));
  }

  /** The filled columns. */
  take() {
    const n = this.count;
    return {
      count: n,
      leafEnds: this.leafEnds.slice(0, n),
      disclosures: this.disclosures.join('\n'),
      occurred: this.occurred.slice(0, n),
      recorded: this.recorded.slice(0, n),
      outcome: this.outcome.slice(0, n),
      actor: this.actor.slice(0, n),
      actors: this.actors.take(),
      action: this.action.slice(0, n),
      actions: this.actions.take(),
      target: this.target.slice(0, n),
      targets: this.targets.take(),
      workspace: this.workspace.slice(0, n),
      workspaces: this.workspaces.take(),
      text: this.text.join('\n'),
    };
  }
}
