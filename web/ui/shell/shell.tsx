import { Drawer } from '@mantine/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { t } from '../../messages/translate.ts';
import { HortusMark, Icon } from '../icons.tsx';
import { AppLink } from '../text.tsx';
import { Toasts } from '../toasts.tsx';
import { Rail, type RailProps } from './rail.tsx';

export interface ShellProps {
  /** The installation's name, and the organisation whose eyes we use. */
  installation: string;
  organisation?: string | undefined;
  rail: RailProps;
  /** Site filter and as-of picker: they change what every page shows. */
  scope: ReactNode;
  /** Search, appearance, person. */
  tools: ReactNode;
  /** Bands under the bar: simulated data, travel in time, progress. */
  strips?: ReactNode;
  /** The address of the present page: a change closes the menu and moves the focus to the page. */
  address: string;
  children: ReactNode;
}

/** Rail, bar, bands and the page. Under 900 px the rail becomes a menu. */
export function Shell({ installation, organisation, rail, scope, tools, strips, address, children }: ShellProps) {
  const [isMenuOpen, setIsMenuOpen] = useState(false);
  const shownAddress = useRef(address);
  const content = useRef<HTMLElement>(null);
  useEffect(() => {
    if (shownAddress.current === address) return;
    shownAddress.current = address;
    setIsMenuOpen(false);
    // Who reads by keyboard or by ear goes on in the new page, not at the link that led there.
    content.current?.focus({ preventScroll: true });
  }, [address]);
  return (
    <div className="shell">
      <a className="skip-link" href="#content">
        {t('shell.skip')}
      </a>
      <aside className="rail">
        <AppLink to="/" search={rail.search} className="brand">
          <HortusMark />
          <span>Hortus</span>
        </AppLink>
        <Rail {...rail} />
        <p className="rail-honesty">{t('shell.honesty')}</p>
      </aside>
      <Drawer
        opened={isMenuOpen}
        onClose={() => setIsMenuOpen(false)}
        size={280}
        title={
          <span className="brand">
            <HortusMark /> Hortus
          </span>
        }
        closeButtonProps={{ 'aria-label': t('shell.rail.close') }}
      >
        <Rail {...rail} />
        <p className="rail-honesty">{t('shell.honesty')}</p>
      </Drawer>
      <div className="shell-main">
        <header className="top-bar">
          <button
            type="button"
            className="bar-button burger"
            aria-label={t('shell.rail.open')}
            onClick={() => setIsMenuOpen(true)}
          >
            <Icon name="menu" />
          </button>
          <div className="bar-place">
            <span className="bar-installation">{installation}</span>
            {organisation ? <span className="bar-organisation">{organisation}</span> : null}
          </div>
          <div className="bar-scope">{scope}</div>
          <div className="bar-tools">{tools}</div>
        </header>
        {strips}
        <main id="content" tabIndex={-1} ref={content}>
          {children}
        </main>
        <p className="print-only small">{t('shell.printed', { address: globalThis.location?.href ?? address })}</p>
      </div>
      <Toasts />
    </div>
  );
}
