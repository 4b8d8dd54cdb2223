/** Platforms: sign in, compare and pin log keys, store; one refresh token a connection. */
import { randomUUID } from 'node:crypto';
import type { Connection } from '../../shared/contract/connections.ts';
import type { HandlerInput, Output } from '../../shared/contract/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { ConnectionRecord, MirrorPin } from '../db/api.ts';
import type { Context } from './context.ts';
import type { Draft, Drafts } from './drafts.ts';
import type { JobHandle } from './jobs.ts';
import type { Platforms } from './platforms.ts';
import type { Sender } from './sender.ts';
import { signInBySso } from './sso.ts';

type Handlers = {
  readonly [N in 'connections.list' | 'connections.confirm' | 'connections.signIn' | 'connections.signOut']: (
    input: HandlerInput<N>,
  ) => Promise<Output<N>>;
};

type SignInHandlers = {
  readonly [N in 'connections.begin' | 'connections.beginSso']: (input: HandlerInput<N>) => Promise<Output<N>>;
};

/** The stored connection. Throws NOT_FOUND. */
export async function findConnection(context: Context, id: string): Promise<ConnectionRecord> {
  const found = (await context.opened().db.listConnections()).find((record) => record.id === id);
  if (!found) throw new AppError('NOT_FOUND', 'There is no such connection.', { id });
  return found;
}

type Pins = HandlerInput<'connections.confirm'>['pins'];

/** Each pin with the offered key it names. Throws PIN_MISMATCH, NOT_FOUND. */
function comparePins(draft: Draft, pins: Pins, now: number): { orgId: string; name: string; pin: MirrorPin }[] {
  return pins.map(({ orgId, fingerprint }) => {
    const offered = draft.organizations.find((org) => org.orgId === orgId);
    if (!offered) throw new AppError('NOT_FOUND', 'The platform offers no such organization.', { orgId });
    if (offered.logKey.fingerprint !== fingerprint) {
      throw new AppError('PIN_MISMATCH', undefined, { orgId, offered: offered.logKey.fingerprint, given: fingerprint });
    }
    return { orgId, name: offered.name, pin: { ...offered.logKey, pinnedAt: now } };
  });
}

/** A sign-in whose log keys are to be compared before anything is stored. */
export function signInHandlers(context: Context, drafts: Drafts): SignInHandlers {
  const { jobs, ports } = context;
  const offer = (draft: Draft): Output<'connections.begin'> => ({
    draftId: draft.id,
    userName: draft.user.name,
    organizations: [...draft.organizations],
  });

  async function bySso(input: HandlerInput<'connections.beginSso'>, { signal, report }: JobHandle) {
    const { url, orgHint: organization } = input;
    const { openExternal } = ports;
    const onAddress = (address: string): void =>
      report({ phase: `Waiting for the browser at ${address}`, done: 0, total: 1, unit: 'sign-ins' });
    const draft = await drafts.begin(url, ({ http, session }) =>
      signInBySso(http, session, { organization, openExternal, signal, onAddress }),
    );
    return offer(draft);
  }

  return {
    'connections.begin': async ({ url, email, password, totp }) =>
      offer(await drafts.begin(url, ({ session }) => session.login(email, password, totp))),
    // It waits for a person in a browser: a job can be given up, and ends when the vault locks.
    'connections.beginSso': async (input) =>
      jobs.start({
        ...{ kind: 'sign-in', orgId: null, title: 'Sign in with the browser', unit: 'sign-ins' },
        run: (handle) => bySso(input, handle),
      }),
  };
}

export function connectionHandlers(context: Context, drafts: Drafts, platforms: Platforms, sender: Sender): Handlers {
  const now = context.ports.clock.now;

  const view = (record: ConnectionRecord): Connection => ({
    id: record.id,
    url: record.url,
    userEmail: record.userEmail,
    userName: record.userName,
    state: record.signedOut ? 'signed_out' : platforms.reach(record.id),
    lastContactAt: record.lastContactAt,
    orgIds: record.orgs.map(({ orgId }) => orgId),
  });

  async function save(record: ConnectionRecord): Promise<Connection> {
    await context.opened().db.putConnection(record);
    context.events.emit('orgs.changed', { orgIds: record.orgs.map(({ orgId }) => orgId) });
    return view(record);
  }

  /** A mirror keeps the key it was pinned with: another one is refused, whoever confirms it. */
  async function pinMirrors(orgs: readonly { orgId: string; pin: MirrorPin }[]): Promise<void> {
    const { mirrors } = context.opened();
    const fresh: { orgId: string; pin: MirrorPin }[] = [];
    for (const { orgId, pin } of orgs) {
      if (!mirrors.ids().includes(orgId)) {
        fresh.push({ orgId, pin });
        continue;
      }
      const { pin: held } = await (await mirrors.get(orgId)).reader.state();
      if (held === null) fresh.push({ orgId, pin });
      else if (held.fingerprint !== pin.fingerprint || held.origin !== pin.origin) {
        throw new AppError('PIN_MISMATCH', undefined, { orgId, pinned: held.fingerprint, given: pin.fingerprint });
      }
    }
    for (const { orgId, pin } of fresh) await (await mirrors.getOrCreate(orgId)).writer.setPin(pin);
  }

  async function confirm({ draftId, pins }: HandlerInput<'connections.confirm'>): Promise<Connection> {
    const { db, secrets } = context.opened();
    const draft = drafts.get(draftId);
    const orgs = comparePins(draft, pins, now());
    await pinMirrors(orgs);
    const records = await db.listConnections();
    const same = records.find(({ url, userEmail }) => url === draft.url && userEmail === draft.user.email);
    const taken = new Set(orgs.map(({ orgId }) => orgId));
    // An organization syncs through one connection: the one confirmed last.
    for (const record of records) {
      const kept = record.orgs.filter(({ orgId }) => !taken.has(orgId));
      if (record !== same && kept.length < record.orgs.length) await db.putConnection({ ...record, orgs: kept });
    }
    const id = same?.id ?? randomUUID();
    await secrets.setRefreshToken(id, draft.refreshToken());
    drafts.remove(draftId);
    platforms.drop(id);
    const others = same?.orgs.filter(({ orgId }) => !taken.has(orgId)) ?? [];
    const saved = await save({
      ...{ id, url: draft.url, userEmail: draft.user.email, userName: draft.user.name },
      ...{ lastContactAt: now(), signedOut: false, orgs: [...others, ...orgs] },
    });
    // After the record is stored: what waited for this sign-in goes out.
    platforms.heard(id);
    return { ...saved, state: platforms.reach(id) };
  }

  return {
    'connections.list': async () => (await context.opened().db.listConnections()).map(view),
    'connections.confirm': confirm,
    'connections.signIn': async ({ id, password, totp }) => {
      const record = await findConnection(context, id);
      const { session } = platforms.client(record);
      const { user } = await platforms.watch(id, () => session.login(record.userEmail, password, totp));
      const saved = await save({ ...record, userName: user.name, signedOut: false, lastContactAt: now() });
      sender.signedIn(saved.orgIds);
      return saved;
    },
    'connections.signOut': async ({ id }) => {
      const record = await findConnection(context, id);
      await platforms.client(record).session.logout();
      platforms.drop(id);
      return save({ ...record, signedOut: true });
    },
  };
}
