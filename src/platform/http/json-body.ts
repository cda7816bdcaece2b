import type { FastifyInstance } from 'fastify';
import { Problem } from '#kernel';

/** Deeper than any contract of ours; what checks a body goes down with it, and the stack has an end. */
const nestingMax = 64;

/**
 * Reads JSON bodies: no `__proto__` and no `constructor.prototype` in them, and no deeper than a contract can be.
 * Problems: invalid-json.
 */
export function readJsonBodies(scope: FastifyInstance): void {
  const parse = scope.getDefaultJsonParser('error', 'error');
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) => {
    if (!isDeeperThan(text as string, nestingMax)) return parse(request, text as string, done);
    const detail = `The body is nested deeper than ${nestingMax} levels.`;
    return done(new Problem('invalid-json', { detail }), undefined);
  });
}

/** Counts brackets outside of strings, before anything is built of them. Linear. */
function isDeeperThan(text: string, levels: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isInString) {
      if (code === 0x5c) i++;
      else if (code === 0x22) isInString = false;
    } else if (code === 0x22) isInString = true;
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > levels) return true;
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
  return false;
}
