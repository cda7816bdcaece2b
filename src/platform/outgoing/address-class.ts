import ipaddr from 'ipaddr.js';

/**
 * Where an address leads. `public`: the open Internet. `private`: a network of the house (RFC 1918, RFC 4193, and the
 * shared space of RFC 6598). `loopback`: this machine. `never`: nothing a service of ours may be at: link-local with the
 * metadata services of clouds, multicast, unspecified, reserved, and every IPv6 form that carries an IPv4 address inside
 * (mapped, 6to4, NAT64, Teredo), by which a check of the outer address could be passed.
 */
export type AddressClass = 'public' | 'private' | 'loopback' | 'never';

const classOfRange: Readonly<Record<string, AddressClass>> = {
  unicast: 'public',
  private: 'private',
  uniqueLocal: 'private',
  carrierGradeNat: 'private',
  loopback: 'loopback',
};

/** All that is routed in IPv6 today; ranges given out later are refused until this line knows them. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * The class of an IP address in its textual form; what is none is `never`.
 * **Source**: IANA special-purpose address registries (RFC 6890) as `ipaddr.js` holds them.
 */
export function classOfAddress(text: string): AddressClass {
  if (!ipaddr.isValid(text)) return 'never';
  const address = ipaddr.parse(text);
  const found = classOfRange[address.range()] ?? 'never';
  if (found === 'public' && address instanceof ipaddr.IPv6 && !address.match(globalUnicast)) return 'never';
  return found;
}
