import type { Certify } from '#certify';
import type { Clock } from '#kernel';
import type { Ledger } from '#ledger';
import type { Monitor } from '#monitor';
import type { AccessRecord, FourEyes, Permissions } from '#people';
import type { Logger } from '#platform/log';

/** What the installation does by itself: under its own name, by an action that some policy permits to that name. */
export interface Job {
  name: string;
  action: string;
  run(): Promise<void>;
}

interface Parts {
  monitor: Monitor;
  ledger: Ledger;
  certify: Certify;
  clock: Clock;
  accessRecord: AccessRecord;
  fourEyes: FourEyes;
}

/**
 * One round of the background: count what matured, look at who looked, end what nobody signed, give acts their places,
 * judge certificates by what is known now.
 */
export const jobsOf = ({ monitor, ledger, certify, clock, accessRecord, fourEyes }: Parts, logger: Logger): Job[] => [
  {
    name: 'advance-evidence',
    action: 'monitor:advance-evidence',
    run: async () => {
      await monitor.advance({ wait: true });
    },
  },
  {
    name: 'look-for-anomalies',
    action: 'people:look-for-anomalies',
    run: async () => {
      await accessRecord.lookForAnomalies();
    },
  },
  {
    name: 'expire-proposals',
    action: 'people:expire-proposals',
    run: async () => {
      await fourEyes.expire(clock.now());
    },
  },
  { name: 'sequence-ledger', action: 'ledger:sequence', run: () => ledger.sequenceAll() },
  {
    name: 'reconsider-certificates',
    action: 'certify:reconsider',
    run: async () => {
      const { failed } = await certify.reconsider(clock.now());
      for (const one of failed) logger.warn(one, 'a certificate could not be judged');
    },
  },
];

/** A job that no policy permits keeps the server from starting. Problem: not-allowed. */
export function assertJobsPermitted(jobs: readonly Job[], permissions: Permissions): void {
  for (const { name, action } of jobs) permissions.allowJob(name, action);
}

/** Runs the jobs one after the other, each by what the policies in force say now. */
export async function runJobs(jobs: readonly Job[], permissions: Permissions, logger: Logger): Promise<void> {
  for (const { name, action, run } of jobs) {
    if (permissions.mayJob(name, action)) await run();
    else logger.warn({ job: name, action }, 'no policy in force permits this job; it is not done');
  }
}
