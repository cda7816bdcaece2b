import type { FastifyReply } from 'fastify';

/** The built page carries this text wherever a nonce belongs (Vite: `html.cspNonce`). */
export const noncePlaceholder = '__CSP_NONCE__';

const everywhere = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // Not no-referrer: that would also blank the Origin of our own form posts.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy':
    'accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), serial=(), usb=()',
  'x-permitted-cross-domain-policies': 'none',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

/** A year. Other names of the hospital's domain are not ours to decide on: no includeSubDomains, no preload. */
const transportSecurity = 'max-age=31536000';

/** Headers of every answer. Answers that are no pages may load nothing at all. `isSecure`: reached by TLS (RFC 6797). */
export function setSecurityHeaders(reply: FastifyReply, isSecure: boolean): void {
  reply.headers(everywhere);
  if (isSecure) reply.header('strict-transport-security', transportSecurity);
}

/**
 * Content security policy of a page: scripts from our own files only, styles from files or with this page's nonce.
 * React sets style properties through the CSSOM, which the policy does not concern; a style attribute in markup is blocked.
 */
export const pagePolicy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "object-src 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
