/** Users of the platform, whatever their organizations. */
import { v7 } from 'uuid';
import { AppError } from '../../shared/errors.ts';
import type { Core } from '../core.ts';
import type { Tx } from '../db/database.ts';
import { hashPassword } from './password.ts';

export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
}

/** The one spelling under which an address is stored and looked up. */
export const normalEmail = (email: string): string => email.trim().toLowerCase();

/**
 * Creates a user. Without a password the account cannot log in until one is set.
 * Throws CONFLICT when the e-mail is taken, INPUT_INVALID for a short password.
 */
export async function createUser(
  core: Core,
  input: { id?: string; email: string; name: string; password?: string },
): Promise<User> {
  const passwordHash = input.password === undefined ? null : await hashPassword(input.password);
  return await core.platform((tx) => insertUser(core, tx, { ...input, passwordHash }));
}

/** As `createUser`, in a transaction under the platform role. */
export async function insertUser(
  core: Core,
  tx: Tx,
  input: { id?: string; email: string; name: string; passwordHash: string | null },
): Promise<User> {
  const at = new Date(core.now());
  const user = { id: input.id ?? v7(), email: normalEmail(input.email), name: input.name };
  const rows = await tx.query(
    `INSERT INTO users (id, email, name, password_hash, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)
     ON CONFLICT DO NOTHING RETURNING id`,
    [user.id, user.email, user.name, input.passwordHash, at],
  );
  if (rows.length === 0) throw new AppError('CONFLICT', 'There is a user of that e-mail or id already.');
  return user;
}

/** Null when there is none; the transaction must be under the platform role. */
export async function findUser(tx: Tx, by: { email: string } | { id: string }): Promise<User | null> {
  const [column, value] = 'email' in by ? (['email', normalEmail(by.email)] as const) : (['id', by.id] as const);
  const rows = await tx.query<User>(`SELECT id, email, name FROM users WHERE ${column} = $1`, [value]);
  return rows[0] ?? null;
}
