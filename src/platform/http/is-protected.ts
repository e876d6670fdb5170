/**
 * Returns true if others on the network cannot read what is sent to this address: https, a unix socket, or http to a
 * loopback address. A request to a loopback address never leaves the machine (RFC 8252, section 8.3).
 */
export function isProtected({ protocol, hostname }: Pick<URL, 'protocol' | 'hostname'>): boolean {
  return ['https:', 'unix:'].includes(protocol) || (protocol === 'http:' && isLoopback(hostname));
}

/**
 * Returns true for the addresses in 127.0.0.0/8 and for ::1. Returns false for every name, also for `localhost`: a
 * resolver can give any address for a name.
 */
export function isLoopback(host: string): boolean {
  return /^127(\.\d{1,3}){3}$/.test(host) || ['::1', '[::1]'].includes(host);
}
