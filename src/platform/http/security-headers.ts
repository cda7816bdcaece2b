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
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const;

/** Headers of every answer. Answers that are no pages may load nothing at all. */
export function setSecurityHeaders(reply: FastifyReply): void {
  reply.headers(everywhere);
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
