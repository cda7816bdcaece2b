import { Outlet, useLocation } from '@tanstack/react-router';
import { rich } from '../messages/rich.tsx';
import { t } from '../messages/translate.ts';
import { BreakGlassStrip } from '../rooms/people/access/break-glass-strip.tsx';
import {
  AppLink,
  AsOfPicker,
  CommandPalette,
  Day,
  PersonMenu,
  ProgressStrip,
  type RailProps,
  Shell,
  SiteFilter,
  Strip,
  showToast,
  ThemeMenu,
} from '../ui/index.ts';
import { problemOf } from './api.ts';
import { type Installation, useInstallation } from './installation.ts';
import { loopRooms, overviewPage, type RailEntry, sharedPages } from './pages.ts';
import { type Scope, useChangeScope, useScope } from './scope.ts';
import { useAccountPages, usePageItems, useSearch } from './search.ts';
import { becomeDemoPerson, signOut, useDemoPeople, useSession, useSites } from './session.ts';
import { useWaiting } from './waiting.ts';

/** The shell around every page: what is the same everywhere. */
export function AppShell() {
  const { installation, isSilent } = useInstallation();
  const scope = useScope();
  const changeScope = useChangeScope();
  const { pathname } = useLocation();
  const { person, organisation, isOffered } = useSession();
  const sites = useSites();
  return (
    <Shell
      installation={installation.name}
      organisation={organisation}
      address={pathname}
      rail={railOf(useWaiting(installation.today), scope, isOffered)}
      scope={
        <>
          <SiteFilter sites={sites} value={scope.site} onChange={(site) => changeScope({ site })} />
          <AsOfPicker
            key={`${scope.asOf}${installation.today}`}
            value={scope.asOf}
            today={installation.today}
            onChange={(asOf) => changeScope({ asOf })}
          />
        </>
      }
      tools={
        <>
          <CommandPalette items={usePageItems()} onSearch={useSearch()} />
          <ThemeMenu />
          <PersonMenu
            person={person}
            demoPeople={useDemoPeople()}
            pages={useAccountPages()}
            onSignIn={become}
            onSignOut={leave}
          />
        </>
      }
      strips={
        <>
          <BreakGlassStrip />
          <Strips
            installation={installation}
            isSilent={isSilent}
            asOf={scope.asOf}
            onToday={() => changeScope({ asOf: undefined })}
          />
        </>
      }
    >
      <Outlet />
    </Shell>
  );
}

const sayTrouble = (failure: unknown) => {
  const { title, remedy } = problemOf(failure);
  showToast({ kind: 'trouble', text: `${title}. ${remedy}` });
};

const become = (id: string) => {
  becomeDemoPerson(id).catch(sayTrouble);
};

const leave = () => {
  signOut().catch(sayTrouble);
};

function railOf(waiting: Record<string, number>, scope: Scope, isOffered: (entry: RailEntry) => boolean): RailProps {
  const shown = (entry: RailEntry) => ({
    to: entry.to,
    label: t(entry.label),
    waiting: waiting[entry.id] ?? 0,
  });
  return {
    overview: shown(overviewPage),
    loop: loopRooms.map((room) => ({
      id: room.id,
      label: t(room.label),
      pages: room.pages.filter(isOffered).map(shown),
    })),
    shared: sharedPages.map(shown),
    search: scope,
  };
}

/** The name under which the ledger signs says what kind of data this is; it leads to the key. */
const OriginOfData = ({ origin }: { origin: string }) => (
  <span className="small">
    {t('shell.strip.origin')} <AppLink to="/ledger">{origin}</AppLink>
  </span>
);

function Strips({
  installation,
  isSilent,
  asOf,
  onToday,
}: {
  installation: Installation;
  isSilent: boolean;
  asOf: string | undefined;
  onToday: () => void;
}) {
  const { data, licence, filling, origin } = installation;
  const said = origin === undefined ? null : <OriginOfData origin={origin} />;
  return (
    <>
      {isSilent ? <Strip kind="trouble">{t('shell.offline')}</Strip> : null}
      {data === 'simulated' ? (
        <Strip kind="data" act={said}>
          {t('shell.strip.simulated')}
        </Strip>
      ) : null}
      {data === 'demonstration' ? (
        <Strip kind="data" act={said}>
          {t('shell.strip.demonstration', { licence: licence ?? '' })}
        </Strip>
      ) : null}
      {filling ? (
        <ProgressStrip done={filling.done} total={filling.total}>
          {t('shell.progress.demonstration', { done: filling.done, total: filling.total })}{' '}
          {filling.phase ? <span className="dim">{filling.phase}</span> : null}
        </ProgressStrip>
      ) : null}
      {asOf === undefined ? null : (
        <Strip
          kind="past"
          act={
            <button type="button" onClick={onToday}>
              {t('shell.as-of.back')}
            </button>
          }
        >
          {rich('shell.as-of.banner', { day: <Day at={asOf} /> })}
        </Strip>
      )}
    </>
  );
}
