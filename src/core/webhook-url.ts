import { isAddressAllowed } from './address.ts'

/** Where the whole internet can be: every IPv4 address, and what IANA has given out of IPv6. */
const global = ['0.0.0.0/0', '2000::/3']

/**
 * What of it is not the open internet: the special-purpose registries of IANA (RFC 6890) and multicast. Ranges that carry an
 * IPv4 address inside (6to4, Teredo) are among them, because what is inside can be anything.
 */
const special = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24', '192.168.0.0/16', '192.175.48.0/24'],
  ...['198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  ...['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'],
  // The address at which Alibaba Cloud's machines find their own credentials lies outside of every registry of the kind.
  '100.100.100.200/32',
]

const loopback = ['127.0.0.0/8', '::1/128']

/** True for an IPv4 or IPv6 address on the open internet. Text that is no address is none. */
export const isPublicAddress = (address: string): boolean =>
  isAddressAllowed(address, global) && !isAddressAllowed(address, special)

/** True for an address of this machine itself. */
export const isLoopbackAddress = (address: string): boolean => isAddressAllowed(address, loopback)

/** The address that a host of a parsed URL is, without the brackets of IPv6; null when it is a name. */
export const addressOfHost = (hostname: string): string | null => {
  if (hostname.startsWith('[')) return hostname.slice(1, -1)
  return /^[\d.]+$/.test(hostname) ? hostname : null
}

/** Stable name of the rule that an address for webhooks can break. */
export type WebhookUrlRule = 'url' | 'url_https' | 'url_credentials' | 'url_fragment' | 'url_port' | 'url_host'

const longest = 2_048
/** Names that never leave a house or a machine (RFC 6762, 6761, 8375, and what clouds call their own). */
const houseNames = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home\.arpa)$/

const hostRule = (hostname: string): WebhookUrlRule | null => {
  const address = addressOfHost(hostname)
  if (address !== null) return isPublicAddress(address) ? null : 'url_host'
  // A name without a dot, or with one at its end, is looked up in other ways than it looks.
  return /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/.test(hostname) && !houseNames.test(hostname) ? null : 'url_host'
}

const isLoopbackHost = (hostname: string): boolean => hostname === 'localhost' || isLoopbackAddress(addressOfHost(hostname) ?? '')

/**
 * Null when webhooks may be sent there: https, a public name or address, port 443 or one above the system's, nothing hidden in
 * it. Where the name leads is judged again at each connection. `loopback` lets http reach this very machine, for development.
 */
export const checkWebhookUrl = (text: string, { loopback: mayLoopback }: { loopback: boolean }): WebhookUrlRule | null => {
  // The URL parser forgives spaces, line breaks and dots of other scripts; nobody means them.
  if (text.length > longest || !/^[!-~]+$/.test(text) || text.includes('\\') || !URL.canParse(text)) return 'url'
  const { protocol, username, password, hash, port, hostname } = new URL(text)
  if (username !== '' || password !== '') return 'url_credentials'
  if (hash !== '' || text.endsWith('#')) return 'url_fragment'
  if (port !== '' && port !== '443' && Number(port) < 1_024) return 'url_port'
  if (protocol === 'http:' && mayLoopback && isLoopbackHost(hostname)) return null
  return protocol === 'https:' ? hostRule(hostname) : 'url_https'
}
