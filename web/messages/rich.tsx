import { Fragment, type ReactNode } from 'react';
import { formatCount } from './format.ts';
import { type Arguments, type MessageKey, template } from './translate.ts';

type Values = Record<string, ReactNode> & { count?: ReactNode };

/**
 * A message whose values are elements: `rich('overview.suspended', { model: <b>ProstateRisk 2.1</b> })`. What stands
 * between two double asterisks in the catalogue is set in bold, values included.
 * The order of words stays with the catalogue, so that another language may turn the sentence around.
 */
export function rich<Key extends MessageKey>(key: Key, ...given: Arguments<Key, ReactNode>): ReactNode {
  const values: Values = given[0] ?? {};
  const { count } = values;
  const parts = template(key, typeof count === 'number' ? count : undefined).split(/\*\*(.+?)\*\*/);
  return parts.map((part, index) => {
    const filled = filledWith(part, values);
    // The parts of one sentence never move, so their place is their identity.
    // biome-ignore lint/suspicious/noArrayIndexKey: see above.
    return index % 2 === 0 ? <Fragment key={index}>{filled}</Fragment> : <b key={index}>{filled}</b>;
  });
}

const filledWith = (text: string, values: Values): ReactNode =>
  text.split(/\{(\w+)\}/).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: as above.
    <Fragment key={index}>{index % 2 === 0 ? part : shown(values[part], part)}</Fragment>
  ));

const shown = (value: ReactNode, name: string): ReactNode =>
  value === undefined ? `{${name}}` : typeof value === 'number' ? formatCount(value) : value;
