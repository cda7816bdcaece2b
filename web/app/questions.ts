import { z } from 'zod';
import { certificateDetailView, certificateListView } from '../../src/certify/contract.ts';
import {
  claimView,
  deficiencySummary,
  monitorActivity,
  monitorSummary,
  streamHistory,
} from '../../src/monitor/contract.ts';
import { apiQuery } from './api.ts';

/** Questions that several rooms and the shell ask. `asked` comes from `useAsked()`: the day in the address. */
interface Asked {
  asOf?: string;
}

export const certificatesQuery = (asked: Asked) =>
  apiQuery('/api/v1/certify/certificates', certificateListView, { ...asked });

export const certificateQuery = (id: string, asked: Asked) =>
  apiQuery(`/api/v1/certify/certificates/${encodeURIComponent(id)}`, certificateDetailView, { ...asked });

const claimListView = z.object({ claims: z.array(claimView) });

export const claimsQuery = (asked: Asked) => apiQuery('/api/v1/monitor/claims', claimListView, { ...asked });

export const streamQuery = (streamId: string, asked: Asked) =>
  apiQuery(`/api/v1/monitor/streams/${encodeURIComponent(streamId)}`, streamHistory, { ...asked });

const deficiencyListView = z.object({ deficiencies: z.array(deficiencySummary) });

/** Deficiencies as they stand today: this list does not travel in time. */
export const deficienciesQuery = apiQuery('/api/v1/monitor/deficiencies', deficiencyListView);

export const monitorSummaryQuery = apiQuery('/api/v1/monitor/summary', monitorSummary);

export const activityQuery = apiQuery('/api/v1/monitor/activity', monitorActivity);
