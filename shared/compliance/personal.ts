/**
 * What in an organization's log is personal data of one person: the one answer for access exports, erasure and their preview, on the platform
 * and in a mirror.
 *
 * A disclosure is about the person where the leaf says so (they are the actor, or the target), or where its value holds their e-mail, user id
 * or member id as a whole token of any text. A name alone identifies nobody, so it counts only beside one of these. Who made or last changed a
 * record (`created_by` and the like) does not count: that id stands in the leaf of the event that did it, and leaves are never erased.
 */
import type { DisclosureName } from '../audit/index.ts';
import type { Json } from '../json/index.ts';

/** What a person is known by. */
export interface Subject {
  readonly userId: string;
  readonly memberIds: readonly string[];
  /** Requests the person made about their data: an event about one names them. */
  readonly requestIds: readonly string[];
  /** Lower case. */
  readonly emails: readonly string[];
}

/** The part of an event that stands in its leaf. */
export interface EventHead {
  readonly actor: { readonly type: string; readonly id: string };
  readonly target: { readonly type: string; readonly id: string } | null;
}

export interface NamedValue {
  readonly name: DisclosureName;
  readonly value: Json;
}

/** Keys under which a record says who made, decided or changed it. */
const MAKER = /^(?:by|.+_by)$/;
/** What an e-mail address or an id goes on with. */
const WORD = /[a-z0-9_%+@-]/;

/** JSON within a text may write any character as an escape. */
function unescaped(text: string): string {
  return text.includes('\\u')
    ? text.replace(/\\u([0-9a-fA-F]{4})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;
}

/** Whether a token, lower case, stands whole in a text: `ann@x.org` in `<ann@x.org>.`, not in `joann@x.org` or `ann@x.org.uk`. */
export function holdsToken(text: string, token: string): boolean {
  if (token === '' || text.length < token.length) return false;
  const lower = unescaped(text).toLowerCase();
  for (let at = lower.indexOf(token); at >= 0; at = lower.indexOf(token, at + 1)) {
    const before = lower[at - 1] ?? ' ';
    const end = at + token.length;
    const after = lower[end] ?? ' ';
    // A full stop goes on with a word only where one follows it.
    const goesOn = after === '.' && WORD.test(lower[end + 1] ?? ' ');
    if (!WORD.test(before) && before !== '.' && !WORD.test(after) && !goesOn) return true;
  }
  return false;
}

export class PersonalMatcher {
  readonly subject: Subject;
  private readonly tokens: readonly string[];
  private readonly targets: ReadonlySet<string>;
  /** What a leaf of an event about the person may hold besides. */
  private readonly requests: readonly string[];

  constructor(subject: Subject) {
    this.subject = subject;
    this.targets = new Set([
      `user ${subject.userId}`,
      ...subject.memberIds.map((id) => `member ${id}`),
      ...subject.requestIds.map((id) => `data_request ${id}`),
    ]);
    this.requests = subject.requestIds.map((one) => one.toLowerCase());
    this.tokens = [subject.userId, ...subject.memberIds, ...subject.emails].map((one) => one.toLowerCase());
  }

  /** Whether anything of the person can stand in a text at all: cheap, and never false where `holds` is true. */
  maybe(text: string): boolean {
    const lower = unescaped(text).toLowerCase();
    return [...this.tokens, ...this.requests].some((token) => lower.includes(token));
  }

  private told(text: string): boolean {
    return this.tokens.some((token) => holdsToken(text, token));
  }

  /** Whether a value identifies the person anywhere in it; keys of an object count as texts do. */
  holds(value: Json): boolean {
    if (typeof value === 'string') return this.told(value);
    if (Array.isArray(value)) return value.some((one) => this.holds(one));
    if (value === null || typeof value !== 'object') return false;
    return Object.entries(value).some(
      ([key, inner]) => this.told(key) || (!(MAKER.test(key) && typeof inner === 'string') && this.holds(inner)),
    );
  }

  acts({ actor }: EventHead): boolean {
    return actor.type === 'user' && actor.id === this.subject.userId;
  }

  isTarget({ target }: EventHead): boolean {
    return target !== null && this.targets.has(`${target.type} ${target.id}`);
  }
}

/** Positions of the disclosures of an event that are personal data of the person. */
export function personalIn(event: EventHead, disclosures: readonly NamedValue[], matcher: PersonalMatcher): number[] {
  const acts = matcher.acts(event);
  const target = matcher.isTarget(event);
  return disclosures.flatMap(({ name, value }, i) => {
    // A request names the person in its own words, with or without an id beside them.
    const request = target && name === 'change' && event.target?.type === 'data_request';
    const byLeaf = (acts && (name === 'actor' || name === 'source')) || (target && name === 'target') || request;
    return byLeaf || matcher.holds(value) ? [i] : [];
  });
}

const isObject = (value: unknown): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Gathers what a person is known by out of the events of a log: ids of their memberships, and addresses they had. */
export class SubjectFinder {
  private readonly userId: string;
  private readonly members = new Set<string>();
  private readonly emails = new Set<string>();
  private readonly requests = new Set<string>();

  constructor(
    userId: string,
    known: { readonly memberIds?: readonly string[]; readonly emails?: readonly string[] } = {},
  ) {
    this.userId = userId;
    for (const id of known.memberIds ?? []) this.members.add(id);
    for (const email of known.emails ?? []) this.emails.add(email.toLowerCase());
  }

  /** Whether an event with this text of leaf or disclosure can tell anything. */
  maybe(text: string): boolean {
    return text.includes(this.userId);
  }

  take({ actor, target }: EventHead, disclosures: readonly NamedValue[]): void {
    for (const { name, value } of disclosures) {
      if (name === 'actor' && actor.type === 'user' && actor.id === this.userId) this.address(value);
      if (name === 'target' && target?.type === 'user' && target.id === this.userId) this.address(value);
      if (name === 'change' && target !== null && isObject(value)) {
        for (const side of [value.before, value.after]) this.record(side, target);
      }
    }
  }

  private record(side: Json | undefined, { type, id }: { readonly type: string; readonly id: string }): void {
    if (!isObject(side) || side.user_id !== this.userId) return;
    if (type === 'data_request') this.requests.add(id);
    if (type !== 'member') return;
    this.members.add(id);
    this.address(side);
  }

  private address(value: Json): void {
    if (isObject(value) && typeof value.email === 'string' && value.email.includes('@')) {
      this.emails.add(value.email.toLowerCase());
    }
  }

  found(): Subject {
    const [memberIds, requestIds, emails] = [this.members, this.requests, this.emails].map((set) => [...set].sort());
    return { userId: this.userId, memberIds: memberIds!, requestIds: requestIds!, emails: emails! };
  }
}

const EMAIL = /[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+/gi;
export const WITHHELD = 'withheld: another person';

/**
 * A value as the person may be given it (GDPR Art. 15(4)): an object about somebody else, told by its own e-mail or user id, and addresses of
 * others in texts are put out. Answers how many were.
 */
export function withoutOthers(
  value: Json,
  { userId, emails }: Subject,
): { readonly value: Json; readonly withheld: number } {
  let withheld = 0;
  const own = new Set(emails);
  const other = (one: Readonly<Record<string, Json>>): boolean =>
    (typeof one.email === 'string' && one.email.includes('@') && !own.has(one.email.toLowerCase())) ||
    (typeof one.user_id === 'string' && one.user_id !== userId);
  const put = (): string => {
    withheld += 1;
    return WITHHELD;
  };
  const walk = (one: Json): Json => {
    if (typeof one === 'string') return one.replace(EMAIL, (found) => (own.has(found.toLowerCase()) ? found : put()));
    if (Array.isArray(one)) return one.map(walk);
    if (!isObject(one)) return one;
    if (other(one)) return put();
    return Object.fromEntries(
      Object.entries(one).map(([key, inner]) => [
        key,
        MAKER.test(key) && typeof inner === 'string' && inner !== userId && inner !== '' ? put() : walk(inner),
      ]),
    );
  };
  return { value: walk(value), withheld };
}
