import { Menu, Popover } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { formatDay } from '../../messages/format.ts';
import { t } from '../../messages/translate.ts';
import { Button } from '../controls.tsx';
import { Icon } from '../icons.tsx';
import { type SchemeChoice, useSchemeChoice } from '../theme/theme.tsx';

const chosen = <Icon name="check" sizePx={14} />;

/** Which site's data the pages show. With one site there is nothing to choose. */
export function SiteFilter({
  sites,
  value,
  onChange,
}: {
  sites: { id: string; name: string }[];
  value: string | undefined;
  onChange: (site: string | undefined) => void;
}) {
  if (sites.length < 2 && value === undefined) return null;
  const shown = sites.find((site) => site.id === value)?.name ?? value ?? t('shell.site.all');
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <button type="button" className="bar-button" data-active={value !== undefined || undefined}>
          <Icon name="site" />
          <span className="visually-hidden">{t('shell.site')}: </span>
          <span>{shown}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioItem
          value=""
          checkIcon={chosen}
          checked={value === undefined}
          closeMenuOnClick
          onChange={() => onChange(undefined)}
        >
          {t('shell.site.all')}
        </Menu.RadioItem>
        {sites.map((site) => (
          <Menu.RadioItem
            key={site.id}
            value={site.id}
            checkIcon={chosen}
            checked={site.id === value}
            closeMenuOnClick
            onChange={onChange}
          >
            {site.name}
          </Menu.RadioItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Travel in time: the day whose knowledge every page shows. `today` is the installation's day, which a simulation sets. */
export function AsOfPicker({
  value,
  today,
  onChange,
}: {
  value: string | undefined;
  today: string;
  onChange: (day: string | undefined) => void;
}) {
  const [isOpen, setIsOpen] = useState(false);
  const [draft, setDraft] = useState(value ?? today);
  const apply = (day: string | undefined) => {
    onChange(day);
    setIsOpen(false);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (/^\d{4}-\d\d-\d\d$/.test(draft)) apply(draft === today ? undefined : draft);
  };
  return (
    <Popover opened={isOpen} onChange={setIsOpen} width={300} position="bottom-start" trapFocus>
      <Popover.Target>
        <button
          type="button"
          className="bar-button"
          data-active={value !== undefined || undefined}
          aria-expanded={isOpen}
          onClick={() => setIsOpen(!isOpen)}
        >
          <Icon name="calendar" />
          <span>{value === undefined ? t('shell.as-of.today') : t('shell.as-of.day', { day: formatDay(value) })}</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <form className="stack gap-3" onSubmit={submit}>
          <label className="date-field">
            <span>{t('shell.as-of')}</span>
            <input type="date" value={draft} max={today} onChange={(event) => setDraft(event.currentTarget.value)} />
          </label>
          <p className="dim small">{t('shell.as-of.explain')}</p>
          <div className="row gap-2">
            <Button type="submit" kind="primary">
              {t('shell.as-of.apply')}
            </Button>
            {value === undefined ? null : <Button onClick={() => apply(undefined)}>{t('shell.as-of.back')}</Button>}
          </div>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

export interface PersonShown {
  id: string;
  name: string;
  /** The role in words. */
  role: string;
  organisation?: string;
}

/** Who is signed in and as what; on this machine one may become another demonstration person. */
export function PersonMenu({
  person,
  demoPeople,
  pages,
  onSignIn,
  onSignOut,
}: {
  person: PersonShown | undefined;
  demoPeople: PersonShown[];
  /** Pages about whoever is signed in. */
  pages: readonly { label: string; onOpen: () => void }[];
  onSignIn: (id: string) => void;
  onSignOut: () => void;
}) {
  return (
    <Menu position="bottom-end" width={300}>
      <Menu.Target>
        <button type="button" className="bar-button bar-person">
          <Icon name="person" />
          {person ? (
            <span className="bar-person-text">
              <span className="visually-hidden">{t('shell.person.menu')}</span>
              <span>{person.name} </span>
              <span className="dim">{person.role}</span>
            </span>
          ) : (
            <span className="bar-person-text">{t('shell.person.none')}</span>
          )}
        </button>
      </Menu.Target>
      <Menu.Dropdown mah="70vh" className="menu-scroll">
        {demoPeople.length > 0 ? <Menu.Label>{t('shell.person.demo')}</Menu.Label> : null}
        {demoPeople.map((one) => (
          <Menu.RadioItem
            key={one.id}
            value={one.id}
            checkIcon={chosen}
            checked={one.id === person?.id}
            closeMenuOnClick
            onChange={onSignIn}
          >
            {one.name}
            <div className="dim small">{one.organisation ? `${one.role}, ${one.organisation}` : one.role}</div>
          </Menu.RadioItem>
        ))}
        {person === undefined && demoPeople.length === 0 ? (
          <Menu.Item component="a" href="/sign-in">
            {t('shell.person.none')}
          </Menu.Item>
        ) : null}
        {person ? (
          <>
            <Menu.Divider />
            {pages.map(({ label, onOpen }) => (
              <Menu.Item key={label} onClick={onOpen}>
                {label}
              </Menu.Item>
            ))}
            <Menu.Item onClick={onSignOut}>{t('shell.person.out')}</Menu.Item>
          </>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  );
}

const schemes: SchemeChoice[] = ['auto', 'light', 'dark'];

export function ThemeMenu() {
  const { choice, choose } = useSchemeChoice();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <button type="button" className="bar-button" aria-label={t('shell.theme')} title={t('shell.theme')}>
          <Icon name="theme" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {schemes.map((scheme) => (
          <Menu.RadioItem
            key={scheme}
            value={scheme}
            checkIcon={chosen}
            checked={scheme === choice}
            closeMenuOnClick
            onChange={() => choose(scheme)}
          >
            {t(`shell.theme.${scheme}`)}
          </Menu.RadioItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
