import { Modal } from '@mantine/core';
import { type KeyboardEvent, useEffect, useId, useMemo, useState } from 'react';
import { t } from '../../messages/translate.ts';
import { Icon } from '../icons.tsx';

export interface PaletteItem {
  id: string;
  label: string;
  /** What kind of thing it is, or where it leads. */
  note?: string;
  group: string;
  /** Other words by which it is found. */
  words?: string;
  onChoose: () => void;
}

export interface CommandPaletteProps {
  /** Pages and commands that are always there. */
  items: PaletteItem[];
  /** Asks the server for cases, claims, persons; called a moment after the last key. */
  onSearch?: (query: string, signal: AbortSignal) => Promise<PaletteItem[]>;
}

const shortcut = 'Ctrl K';
const searchDelayMs = 150;
const itemCountMax = 12;

/** The words of the query in any order, as parts of the item's words. */
function fits(item: PaletteItem, query: string): boolean {
  const text = `${item.label} ${item.note ?? ''} ${item.words ?? ''}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** What the server found for a query; a stopped or failed search finds nothing, and the pages stay reachable. */
function useFound(query: string, onSearch: CommandPaletteProps['onSearch']): PaletteItem[] {
  const [found, setFound] = useState<PaletteItem[]>([]);
  useEffect(() => {
    setFound([]);
    if (!onSearch || query.trim().length < 2) return;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      onSearch(query.trim(), stop.signal).then(
        (items) => {
          if (!stop.signal.aborted) setFound(items);
        },
        () => undefined,
      );
    }, searchDelayMs);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [query, onSearch]);
  return found;
}

/** The field in the bar and the palette it opens; Ctrl or ⌘ with K from anywhere. */
export function CommandPalette({ items, onSearch }: CommandPaletteProps) {
  const [isOpen, setIsOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setIsOpen((was) => !was);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <button
        type="button"
        className="bar-button bar-search"
        aria-label={`${t('shell.search')} ${shortcut}`}
        onClick={() => setIsOpen(true)}
      >
        <Icon name="search" />
        <span className="bar-search-text">{t('shell.search')} </span>
        <kbd className="bar-search-text">{shortcut}</kbd>
      </button>
      <Modal.Root
        opened={isOpen}
        onClose={() => setIsOpen(false)}
        size="lg"
        centered={false}
        yOffset="12vh"
        padding={0}
        lockScroll={false}
      >
        <Modal.Overlay backgroundOpacity={1} color="transparent" />
        <Modal.Content aria-label={t('shell.search')}>
          <Palette items={items} isOpen={isOpen} onClose={() => setIsOpen(false)} {...(onSearch ? { onSearch } : {})} />
        </Modal.Content>
      </Modal.Root>
    </>
  );
}

function Palette({ items, onSearch, isOpen, onClose }: CommandPaletteProps & { isOpen: boolean; onClose: () => void }) {
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  // It fades out with its words still in it: opened again meanwhile, it begins anew all the same.
  useEffect(() => {
    if (!isOpen) return;
    setQuery('');
    setActive(0);
  }, [isOpen]);
  const found = useFound(query, onSearch);
  const id = useId();
  const shown = useMemo(
    () => [...found, ...items.filter((item) => query === '' || fits(item, query))].slice(0, itemCountMax),
    [found, items, query],
  );
  const at = Math.min(active, Math.max(0, shown.length - 1));
  const choose = (item: PaletteItem | undefined) => {
    if (!item) return;
    onClose();
    item.onChoose();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setActive((at + step + shown.length) % Math.max(1, shown.length));
    }
    if (event.key === 'Enter') choose(shown[at]);
  };
  return (
    <div className="palette">
      <div className="palette-field">
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={shown[at] ? `${id}-${at}` : undefined}
          aria-label={t('shell.search')}
          placeholder={t('shell.search.placeholder')}
          value={query}
          data-autofocus
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div role="listbox" id={`${id}-list`} aria-label={t('shell.search')} className="palette-list">
        {shown.map((item, index) => (
          // The keyboard acts on the field, which names the active option.
          // biome-ignore lint/a11y/useKeyWithClickEvents: see above.
          <div
            key={item.id}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            className="palette-item"
            onClick={() => choose(item)}
            onPointerMove={() => setActive(index)}
          >
            <span>{item.label}</span>
            <span className="dim small">{item.note ?? item.group}</span>
          </div>
        ))}
        {shown.length === 0 ? <p className="dim palette-none">{t('shell.search.none', { query })}</p> : null}
      </div>
      <div className="palette-hint dim small">{t('shell.search.hint')}</div>
    </div>
  );
}
