import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { toBase64url } from '../../src/lib/base64.ts';

/** One of the four users of a local stack. */
export interface TestUser {
  username: string;
  groups: string[];
  /** Generated for each stack, so the password is useless in other stacks. */
  password: string;
}

const people = [
  { username: 'sam', groups: ['sre'] },
  { username: 'lea', groups: ['lead'] },
  { username: 'olga', groups: ['owner'] },
  { username: 'tom', groups: ['sre'] },
];

/** Returns the four users, each with a new password. */
export function newTestUsers(): TestUser[] {
  return people.map((person) => ({ ...person, password: toBase64url(randomBytes(12)) }));
}

/**
 * Returns the user with this name and password, or undefined. The check takes the same time for a wrong name as for a
 * wrong password, so the time does not show whether a name exists.
 */
export function findUser(users: readonly TestUser[], username: string, password: string): TestUser | undefined {
  const user = users.find((candidate) => candidate.username === username);
  const right = timingSafeEqual(sha256(password), sha256(user?.password ?? randomBytes(32).toString('hex')));
  return right ? user : undefined;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Parses the content of a users file. @throws TypeError if the content is not a list of test users. */
export function parseTestUsers(value: unknown): TestUser[] {
  const users = value as TestUser[];
  const isComplete = (user: TestUser) => typeof user.username === 'string' && typeof user.password === 'string';
  if (!Array.isArray(users) || !users.every((user) => isComplete(user) && Array.isArray(user.groups))) {
    throw new TypeError('not a list of test users');
  }
  return users;
}
