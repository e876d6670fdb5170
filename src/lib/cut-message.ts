/** Largest length of a cut message, in characters. */
const longest = 4_096;

/**
 * Returns the first 4,096 characters of a message. Callers cut a message from an API server, Vault or a container
 * before they match a regular expression against the message. The sender chooses the length of the message. For some
 * regular expressions the time of a match grows with the square of this length.
 */
export function cutMessage(message: string): string {
  return message.slice(0, longest);
}
