import { z } from 'zod';
import { calibrationView, caseView, deficiencyView, explorationBoard } from '../../../src/monitor/contract.ts';
import { apiQuery } from '../../app/api.ts';
import { useScope } from '../../app/scope.ts';
import { useSites } from '../../app/session.ts';

/** Questions of this room's pages beside those that the shell asks too. */

interface Asked {
  asOf?: string;
}

export const calibrationQuery = (asked: Asked) =>
  apiQuery('/api/v1/monitor/calibration', z.object({ views: z.array(calibrationView) }), { ...asked });

/** Of today: the board does not travel in time. */
export const explorationQuery = (modelVersionId: string) =>
  apiQuery('/api/v1/monitor/exploration', explorationBoard, { modelVersionId });

export const caseQueryOf = (site: string, caseId: string, asked: Asked) =>
  apiQuery(`/api/v1/monitor/cases/${encodeURIComponent(site)}/${encodeURIComponent(caseId)}`, caseView, { ...asked });

export const deficiencyQuery = (id: string) =>
  apiQuery(`/api/v1/monitor/deficiencies/${encodeURIComponent(id)}`, deficiencyView);

/** The site in the address, with the code that rows carry; undefined where all sites are shown. */
export function useChosenSite(): { id: string; code?: string; name?: string } | undefined {
  const { site } = useScope();
  const known = useSites().find(({ id }) => id === site);
  if (site === undefined) return undefined;
  return known ? { id: site, code: known.code, name: known.name } : { id: site };
}
