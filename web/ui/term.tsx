import { Popover } from '@mantine/core';
import { type ReactNode, useId, useState } from 'react';
import { glossary, type TermKey } from '../glossary.ts';
import { t } from '../messages/translate.ts';

/** A word of the field that opens its definition in place. Without children it shows the term itself. */
export function Term({ k, children }: { k: TermKey; children?: ReactNode }) {
  const [isOpen, setIsOpen] = useState(false);
  const id = useId();
  const entry = glossary[k];
  return (
    <Popover
      opened={isOpen}
      onChange={setIsOpen}
      width={320}
      position="bottom-start"
      withArrow={false}
      middlewares={{ shift: true, flip: true }}
    >
      <Popover.Target>
        <button
          type="button"
          className="term"
          aria-expanded={isOpen}
          aria-describedby={isOpen ? id : undefined}
          title={t('ui.term.more', { term: entry.term })}
          onClick={() => setIsOpen(!isOpen)}
        >
          {children ?? entry.term}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <div id={id} className="term-definition">
          <strong>{entry.term}</strong>
          <p>{entry.definition}</p>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
