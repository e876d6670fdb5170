/** Characters of a message from outside that Airlock looks at. */
const longest = 4_096;

/**
 * Cuts a message from outside (an API server, Vault, a container) before a regular expression is matched against it. The
 * time of some expressions grows with the square of the length, and the sender decides about the length.
 */
export function cutMessage(message: string): string {
  return message.slice(0, longest);
}
