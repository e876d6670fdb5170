import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { toBase64url } from '../../src/lib/base64.ts';

/** One of the four users of a local stack. */
export interface TestUser {
  username: string;
  groups: string[];
  /** Generated for each stack, so the password is useless elsewhere. */
  password: string;
}

const people = [
  { username: 'sam', groups: ['sre'] },
  { username: 'lea', groups: ['lead'] },
  { username: 'olga', groups: ['owner'] },
  { username: 'tom', groups: ['sre'] },
];

/** The four users, with new passwords. */
export function newTestUsers(): TestUser[] {
  return people.map((person) => ({ ...person, password: toBase64url(randomBytes(12)) }));
}

/**
 * Returns the user with this name and this password, or undefined. The time of the comparison does not show whether the
 * name exists.
 */
export function signedIn(users: readonly TestUser[], username: string, password: string): TestUser | undefined {
  const user = users.find((candidate) => candidate.username === username);
  const right = timingSafeEqual(sha256(password), sha256(user?.password ?? randomBytes(32).toString('hex')));
  return right ? user : undefined;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Checks the content of a users file. */
export function parseTestUsers(value: unknown): TestUser[] {
  const users = value as TestUser[];
  const isComplete = (user: TestUser) => typeof user.username === 'string' && typeof user.password === 'string';
  if (!Array.isArray(users) || !users.every((user) => isComplete(user) && Array.isArray(user.groups))) {
    throw new TypeError('not a list of test users');
  }
  return users;
}
