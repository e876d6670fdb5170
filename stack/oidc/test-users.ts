import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { toBase64url } from '../../src/lib/base64.ts';

/** The `acr` of a sign-in with the password and the code of a test user. */
export const stepUpAcr = 'urn:airlock:step-up';

/** A person who can sign in at the local OIDC provider of a stack. */
export interface TestUser {
  username: string;
  groups: string[];
  /** Random. The same user has a different password in each stack. */
  password: string;
  /** Random. The second step of a sign-in with step-up. It does not change, so that scripts can use it. */
  code: string;
}

const usersWithoutPassword = [
  { username: 'sam', groups: ['sre'] },
  { username: 'lea', groups: ['lead'] },
  { username: 'olga', groups: ['owner'] },
  { username: 'tom', groups: ['sre'] },
];

/** Creates the four test users, each with a random password and a random code. */
export function newTestUsers(): TestUser[] {
  return usersWithoutPassword.map((user) => ({ ...user, password: newSecret(), code: newSecret() }));
}

function newSecret(): string {
  return toBase64url(randomBytes(12));
}

/**
 * Returns the user with this name and password. Returns undefined if no user has this name or if the password is wrong.
 * Both cases take the same time. So the time does not tell an attacker which names exist.
 */
export function findUser(users: readonly TestUser[], username: string, password: string): TestUser | undefined {
  const user = users.find((candidate) => candidate.username === username);
  const isPasswordRight = timingSafeEqual(sha256(password), sha256(user?.password ?? randomBytes(32).toString('hex')));
  return isPasswordRight ? user : undefined;
}

/** Returns true if `code` is the user's code for the second step. */
export function isCodeRight(user: TestUser, code: string): boolean {
  return timingSafeEqual(sha256(code), sha256(user.code));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Checks the parsed JSON of a file of test users. @throws TypeError if `value` is not a list of test users. */
export function parseTestUsers(value: unknown): TestUser[] {
  const users = value as TestUser[];
  const isTestUser = ({ username, groups, password, code }: TestUser): boolean =>
    [username, password, code].every((text) => typeof text === 'string') && Array.isArray(groups);
  if (!Array.isArray(users) || !users.every(isTestUser)) {
    throw new TypeError('not a list of test users');
  }
  return users;
}
