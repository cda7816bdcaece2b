import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { Random } from '#kernel';
import { type Journal, ndjson, type SentBatch, type SentRow } from './journal.ts';
import { within } from './within.ts';
import { claimRequest, moveClock, outcomeRows, predictionRows, type SiteCode, siteCodes, type World } from './world.ts';

// Several senders at once, into the same feed and into others, with batches of all sizes, some slow, some sent twice
// at the same time; beside them people who register claims and an operator who moves the clock.

export interface Traffic {
  /** Lets everybody finish what they are at; resolves when nothing is on its way. */
  stop(): Promise<void>;
}

export interface TrafficOptions {
  world: World;
  journal: Journal;
  random: Random;
  /** Starts every case id: unique in the installation. */
  round: string;
  rowsMax?: number;
  /** Goes on where it is refused, after a pause: what a sender does while the database is away. */
  isPatient?: boolean;
}

const stopTimeoutMs = 60_000;
const writers: readonly SiteCode[] = ['NOORDERZORG', 'NOORDERZORG', 'WESTHAVEN', 'HEIDESTAD'];

export function startTraffic(options: TrafficOptions): Traffic {
  const state = { isOver: false };
  const running = [...writers.map((site, i) => write(options, { site, writer: i, state })), act(options, state)];
  return {
    stop: async () => {
      state.isOver = true;
      await within(stopTimeoutMs, 'the end of what is on its way', Promise.all(running));
    },
  };
}

interface State {
  isOver: boolean;
}

/** One sender: predictions, and the outcomes of those that were acknowledged. */
async function write(
  { world, journal, random, round, rowsMax = 800, isPatient = false }: TrafficOptions,
  { site, writer, state }: { site: SiteCode; writer: number; state: State },
): Promise<void> {
  const sender = await world.cast.sender(site);
  for (let batch = 0; !state.isOver; batch++) {
    const name = `${round}-${writer}-${batch}`;
    const at = await world.now().catch(() => undefined);
    if (at === undefined) {
      if (!isPatient) return;
      await wait(50);
      continue;
    }
    const rows = predictionRows(world, site, { name, rows: 1 + Math.floor(random() ** 3 * rowsMax), at, random });
    const isTwin = random() < 0.25;
    const body = random() < 0.3 ? inPieces(rows) : ndjson(rows);
    const [sent, twin] = await Promise.all([
      journal.send(sender, { kind: 'predictions', site, rows }, body),
      isTwin ? journal.send(sender, { kind: 'predictions', site, rows: [...rows].reverse() }) : undefined,
    ]);
    if (twin) Object.assign(twin, { twin: sent });
    if (sent.fate === 'acknowledged') {
      await noteLeaf(world, sent);
      if (random() < 0.8) await journal.send(sender, { kind: 'outcomes', site, rows: outcomeRows(rows, random) });
    } else if (!isPatient) return;
    else await wait(50);
  }
}

/** A body that arrives in pieces with pauses: a kill then meets it half sent. */
function inPieces(rows: readonly SentRow[]): Readable {
  const pieces = async function* () {
    const size = Math.max(1, Math.ceil(rows.length / 4));
    for (let i = 0; i < rows.length; i += size) {
      yield ndjson(rows.slice(i, i + size));
      await wait(15);
    }
  };
  return Readable.toWeb(Readable.from(pieces(), { objectMode: false })) as unknown as Readable;
}

/** The place in the ledger that was acknowledged, and what lies there. */
async function noteLeaf(world: World, batch: SentBatch): Promise<void> {
  const entry = await world.operator
    .get<{ leafHash: string }>(`/api/v1/ledger/entries/${batch.report!.ledgerIndex}`)
    .catch(() => undefined);
  batch.leafHash = entry?.leafHash;
}

/** Claims, draft certificates on them, and time that passes and matures cases. */
async function act({ world, journal, random, round, isPatient = false }: TrafficOptions, state: State): Promise<void> {
  for (let turn = 0; !state.isOver; turn++) {
    const site = siteCodes[Math.floor(random() * siteCodes.length)]!;
    const now = await world.now().catch(() => undefined);
    const isLost = now === undefined || !(await actOnce(now, site, turn));
    if (isLost && !isPatient) return;
    await wait(isLost ? 50 : 20);
  }

  async function actOnce(now: Awaited<ReturnType<World['now']>>, site: SiteCode, turn: number): Promise<boolean> {
    const lead = await world.cast.as(site, 'model-lead');
    const request = claimRequest(world, site, `claim-${round}-${turn}`, now);
    const claim = await journal.act('claim', request, lead.post('/api/v1/monitor/claims', request));
    if (claim.fate === 'unknown') return false;
    if (claim.fate === 'acknowledged' && random() < 0.5) {
      const regulatory = await world.cast.as(site, 'regulatory-lead');
      const draft = {
        name: `certificate-${round}-${turn}`,
        purpose: 'triage',
        route: 'assessor',
        modelVersionId: world.versionId,
        siteIds: [world.cast.hospital(site).siteId],
        claimIds: [claim.answer!.id],
        reason: 'registered',
      };
      const drafted = await journal.act('certificate', draft, regulatory.post('/api/v1/certify/certificates', draft));
      if (drafted.fate === 'unknown') return false;
    }
    const days = 1 + Math.floor(random() * 9);
    const moved = await journal.act('clock', { days }, moveClock(world, days, random() < 0.7));
    return moved.fate !== 'unknown';
  }
}
