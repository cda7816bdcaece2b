export { attentionOf, hueOf, readStatus, type Status, type StatusFamily } from './status.ts';
export { StatusGlyph } from './status-glyph.tsx';
export { StatusMark } from './status-mark.tsx';
