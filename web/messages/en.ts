import { certify } from './en/certify.ts';
import { certifyActs } from './en/certify-acts.ts';
import { charts } from './en/charts.ts';
import { develop } from './en/develop.ts';
import { ledger } from './en/ledger.ts';
import { monitor } from './en/monitor.ts';
import { monitorExploration } from './en/monitor-exploration.ts';
import { monitorMetrics } from './en/monitor-metrics.ts';
import { overview } from './en/overview.ts';
import { people } from './en/people.ts';
import { peopleAccess } from './en/people-access.ts';
import { peopleAccount } from './en/people-account.ts';
import { peopleActions } from './en/people-actions.ts';
import { peopleOrganisations } from './en/people-organisations.ts';
import { peoplePermissions } from './en/people-permissions.ts';
import { peopleProposals } from './en/people-proposals.ts';
import { shell } from './en/shell.ts';
import { ui } from './en/ui.ts';

/** Every text of the app in English, one file a room. A key starts with the name of its file. */
export const en = {
  ...shell,
  ...ui,
  ...charts,
  ...overview,
  ...develop,
  ...monitor,
  ...monitorMetrics,
  ...monitorExploration,
  ...certify,
  ...certifyActs,
  ...ledger,
  ...people,
  ...peopleAccess,
  ...peopleAccount,
  ...peopleActions,
  ...peopleOrganisations,
  ...peoplePermissions,
  ...peopleProposals,
} as const;
