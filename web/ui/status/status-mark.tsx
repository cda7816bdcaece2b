import { t } from '../../messages/translate.ts';
import { hueOf, type Status } from './status.ts';
import { StatusGlyph } from './status-glyph.tsx';

/**
 * A state as shape, word and colour. `quiet` has no ground and fits into a sentence or a table cell; `word` replaces the
 * state's own word ("suspended since 4 Mar 2019").
 */
export function StatusMark({ status, word, isQuiet = false }: { status: Status; word?: string; isQuiet?: boolean }) {
  const hue = hueOf(status);
  return (
    <span className="status-mark" data-quiet={isQuiet || undefined} data-hue={hue}>
      <StatusGlyph status={status} />
      <span>{word ?? t(`status.${status}`)}</span>
    </span>
  );
}
