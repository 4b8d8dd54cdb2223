/** Gathers the rows of a batch column by column, in the form the database's writer binds. */
import type { AuditEvent } from '../../shared/audit/index.ts';
import { toUtf8 } from '../../shared/bytes.ts';
import { type BatchDictionary, OUTCOMES, packDictionaries } from '../db/api.ts';
import { readDisclosed, searchLine } from '../db/disclosed.ts';
import { Instants } from './instants.ts';

class Dictionary {
  /** By type and id apart: a joined key for each row would have to be built and hashed anew. */
  private readonly codes = new Map<string, Map<string, number>>();
  private type: string | null = null;
  private ids = new Map<string, number>();
  readonly keys: string[] = [];
  readonly names: (string | null)[] = [];

  /** The code of `type:id`, or of `id` where the type is empty. */
  code(type: string, id: string, name: string | null): number {
    const ids = type === this.type ? this.ids : this.idsOf(type);
    let code = ids.get(id);
    if (code === undefined) {
      code = this.keys.length;
      ids.set(id, code);
      this.keys.push(type === '' ? id : `${type}:${id}`);
      this.names.push(name);
    } else if (name !== null) this.names[code] = name;
    return code;
  }

  /** Most rows have the type of the one before. */
  private idsOf(type: string): Map<string, number> {
    let ids = this.codes.get(type);
    if (ids === undefined) {
      ids = new Map();
      this.codes.set(type, ids);
    }
    this.type = type;
    this.ids = ids;
    return ids;
  }

  take(): BatchDictionary {
    return { keys: this.keys, names: this.names };
  }
}

export class Columns {
  readonly occurred: Float64Array;
  readonly recorded: Float64Array;
  readonly outcome: Uint8Array;
  readonly actor: Uint32Array;
  readonly action: Uint32Array;
  readonly target: Uint32Array;
  readonly workspace: Uint32Array;
  private readonly text: string[] = [];
  count = 0;
  private readonly instants = new Instants();
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
  }

  /** Adds a checked event. Throws LOG_MALFORMED when one of its disclosures cannot be read. */
  add(event: AuditEvent, recorded: number, disclosures: readonly string[]): void {
    const row = this.count++;
    const disclosed = readDisclosed(disclosures);
    const { actor, target } = event;
    this.recorded[row] = recorded;
    this.occurred[row] = event.occurred_at === event.recorded_at ? recorded : this.instants.parse(event.occurred_at);
    this.outcome[row] = OUTCOMES.indexOf(event.outcome);
    this.actor[row] = this.actors.code(actor.type, actor.id, disclosed.actor);
    this.action[row] = this.actions.code('', event.action, null);
    this.target[row] = this.targets.code(target?.type ?? '', target?.id ?? '', disclosed.target);
    this.workspace[row] = this.workspaces.code('', event.workspace ?? '', null);
    this.text.push(searchLine(event, disclosed));
  }

  /** The filled columns. */
  take() {
    const n = this.count;
    return {
      count: n,
      occurred: this.occurred.slice(0, n),
      recorded: this.recorded.slice(0, n),
      outcome: this.outcome.slice(0, n),
      actor: this.actor.slice(0, n),
      action: this.action.slice(0, n),
      target: this.target.slice(0, n),
      workspace: this.workspace.slice(0, n),
      dictionaries: packDictionaries({
        actor: this.actors.take(),
        action: this.actions.take(),
        target: this.targets.take(),
        workspace: this.workspaces.take(),
      }),
      text: toUtf8(this.text.join('\n')),
    };
  }
}
