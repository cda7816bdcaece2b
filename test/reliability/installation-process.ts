import { seedDemoPeople } from '#people';
import { readConfig } from '../../src/main/config.ts';
import { beginDemonstration, fillDemonstration, isDemonstrationDue } from '../../src/main/demonstrate.ts';
import { openHortus } from '../../src/main/open.ts';
import { createLogger } from '../../src/platform/log/index.ts';

// A whole Hortus in a process of its own, for tests that kill it: as `hortus serve` on a simulation whose people are
// there and whose rows the test sends, or that is filled with so many weeks of the demonstration.
// Folder, database and size come from the environment.

const config = readConfig({ port: '0' });
const weeksMax = Number(process.env.HORTUS_RELIABILITY_WEEKS ?? '0');
const hortus = await openHortus(config, { logger: createLogger({ level: config.logLevel }), kindIfNew: 'simulation' });
const isToBeFilled = weeksMax > 0 && (await isDemonstrationDue(hortus, true));
const release = isToBeFilled ? hortus.background.hold() : () => {};
if (isToBeFilled) await beginDemonstration(hortus);
else if (hortus.installation.kind === 'simulation') await seedDemoPeople(hortus.people, hortus.directory);
const { url } = await hortus.serve();
const end = (): void => void hortus.close().then(() => process.exit(0));
process.once('SIGTERM', end);
// Tests that are cut off leave nothing running.
const watching = setInterval(() => {
  if (process.ppid === Number(process.env.HORTUS_RELIABILITY_PARENT)) return;
  clearInterval(watching);
  end();
}, 1_000);
watching.unref();
console.log(JSON.stringify({ url, operatorSecret: hortus.access.secret }));
if (isToBeFilled) {
  await fillDemonstration(hortus, { url, weeksMax });
  release();
}
if (weeksMax > 0) console.error('filled');
