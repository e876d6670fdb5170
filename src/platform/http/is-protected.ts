/**
 * True if others on the network cannot read what is sent to this address: https, a unix socket, or http on this machine
 * (loopback). RFC 8252, section 8.3, allows http for loopback addresses only.
 */
export function isProtected({ protocol, hostname }: Pick<URL, 'protocol' | 'hostname'>): boolean {
  return ['https:', 'unix:'].includes(protocol) || (protocol === 'http:' && isLoopback(hostname));
}

/** True for the addresses 127.0.0.0/8 and ::1. Names are not accepted, because their address can change. */
export function isLoopback(host: string): boolean {
  return /^127(\.\d{1,3}){3}$/.test(host) || ['::1', '[::1]'].includes(host);
}
