import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { injectionKinds } from '#monitor';
import { roles } from '#people';
import { drill } from './cli/drill.ts';
import { evaluateLesions } from './cli/evaluate-lesions.ts';
import { listClaims, replayClaims, status, verifyLedgerOf } from './cli/evidence.ts';
import { importPicai, importRows } from './cli/import.ts';
import { backUp, issueToken, restoreFrom } from './cli/operate.ts';
import { type ExitCode, exitCodes, type Streams, standardStreams, tellFailure } from './cli/output.ts';
import { predict } from './cli/predict.ts';
import { registerOrganisation, registerPerson, registerSite, signInLink } from './cli/register.ts';
import { demo, serve } from './cli/serve.ts';
import { defaultPort } from './config.ts';
import { productVersion } from './version.ts';

/** The command line. Every command says what it found in its exit code, so that a script need not read its words. */

const exitHelp = `
Exit codes: 0 done, or yes; 1 the answer is no; 2 wrong command line; 3 refused, or something does not work;
4 no Hortus answers.`;

type Work = () => Promise<ExitCode>;

class Chosen {
  work: Work | undefined;
}

const dataOption = () => new Option('--data <folder>', 'data folder').default('hortus-data').env('HORTUS_DATA');
const jsonOption = () => new Option('--json', 'answer as JSON on standard output');
const logOption = () => new Option('--log-level <level>', 'trace, debug, info, warn, error, fatal or silent');
const placeOptions = (command: Command): Command =>
  command
    .addOption(dataOption())
    .option('--url <address>', 'ask the Hortus at this address instead of the one on the data folder')
    .option('--token <secret>', 'API token (also HORTUS_TOKEN)');
const reachOptions = (command: Command): Command => placeOptions(command).addOption(jsonOption());

const wholeNumber = (text: string): string => {
  if (/^\d{1,9}$/.test(text)) return text;
  throw new InvalidArgumentError('Must be a whole number.');
};
const fraction = (text: string): number => {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('Must be a number from 0 to 1.');
};
const size = (text: string): number => {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value !== 0) return value;
  throw new InvalidArgumentError('Must be a number, not 0.');
};
const rates = (value: string, before: number[] | undefined): number[] => {
  const rate = Number(value);
  if (value.trim() !== '' && rate >= 0 && rate < Infinity) return [...(before ?? []), rate];
  throw new InvalidArgumentError('Must be a number of false positives a case, 0 or more.');
};
const collected = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

const examples = (...lines: string[]): string => `\nExamples:\n${lines.map((line) => `  $ hortus ${line}`).join('\n')}`;

/** The whole command line; a command only notes its work, which runs after the parsing. */
function program(chosen: Chosen, streams: Streams): Command {
  const hortus = new Command('hortus')
    .description('Living medical AI whose evidence anyone can check.')
    .version(productVersion())
    .showHelpAfterError('(see --help)')
    .configureOutput({
      writeOut: (text) => streams.out.write(text),
      writeErr: (text) => streams.err.write(text),
    })
    .addHelpText('after', exitHelp)
    .exitOverride();
  const choose = (work: Work): void => {
    chosen.work = work;
  };
  serverCommands(hortus, choose, streams);
  importCommands(hortus, choose, streams);
  evaluateCommands(hortus, choose, streams);
  evidenceCommands(hortus, choose, streams);
  drillCommand(hortus, choose, streams);
  operatorCommands(hortus, choose, streams);
  registerCommands(hortus, choose, streams);
  return hortus;
}

type Choose = (work: Work) => void;

function serverCommands(hortus: Command, choose: Choose, streams: Streams): void {
  hortus
    .command('serve')
    .description('serve pages and API on this machine until stopped')
    .addOption(dataOption())
    .option('--host <address>', 'address to listen on; only this machine as long as there is no sign-in (127.0.0.1)')
    .option('--port <port>', `port; a taken one moves to the next free one (${defaultPort})`)
    .option('--kind <kind>', 'of a new data folder: live, simulation or demonstration')
    .option('--demo', 'fill a new data folder with the simulated demonstration, while the pages answer')
    .option('--seed <text>', 'of the demonstration')
    .addOption(logOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('serve', 'serve --demo', 'serve --data /srv/hortus --port 8080'))
    .action((flags) => choose(() => serve(flags, streams)));
  hortus
    .command('demo')
    .description('fill an empty data folder with the simulated demonstration, and end')
    .addOption(dataOption())
    .option('--seed <text>', 'another world')
    .option('--weeks <n>', 'only the first weeks', wholeNumber)
    .addOption(logOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('demo --data ./demo', 'demo --data ./short --weeks 30'))
    .action((flags) => choose(() => demo(flags, streams)));
}

function importCommands(hortus: Command, choose: Choose, streams: Streams): void {
  const imports = hortus.command('import').description('load cases from files');
  imports
    .command('picai <marksheet.csv>')
    .description('PI-CAI marksheet with a published model, into a data folder of its own (demonstration, no benchmark)')
    .addOption(dataOption())
    .option('--model <id>', 'published model, see: hortus predict', 'tum-rc@1')
    .addOption(logOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('import picai marksheet.csv --data ./picai', 'serve --data ./picai'))
    .action((file, flags) => choose(() => importPicai(file, { flags, streams })));
  for (const kind of ['predictions', 'outcomes'] as const) {
    reachOptions(imports.command(`${kind} <file>`))
      .description(`send ${kind}, one JSON object a line, or CSV (*.csv)`)
      .addOption(
        new Option('--mode <mode>', 'refuse all for one bad row, or keep the good rows').choices(['all', 'rows']),
      )
      .option('--convention <words>', 'data from the past: how its times of recording were set')
      .addHelpText('after', examples(`import ${kind} week.ndjson`, `import ${kind} week.csv --mode rows --json`))
      .action((file, flags) => choose(() => importRows(kind, file, { flags, streams })));
  }
  hortus
    .command('predict [model]')
    .description('what a published risk formula says; without a model: the list of them. Not for clinical use')
    .option('--set <name=value>', 'one input, again for each', collected)
    .option('--csv <file>', 'a table with the inputs as columns (and id)')
    .option('--negative-mri-as-pirads-2', 'read PI-RADS 1 as 2')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'predict',
        'predict tum-rc@1 --set ageYears=66 --set psaNgPerMl=7.2 --set volumeMl=48 --set piRads=4',
        'predict tum-rc@1 --csv men.csv --json',
      ),
    )
    .action((model, flags) => choose(() => predict(model, { flags, streams })));
}

function evaluateCommands(hortus: Command, choose: Choose, streams: Streams): void {
  hortus
    .command('evaluate')
    .description('figures of predictions in files; needs no server')
    .command('lesions [folder]')
    .description('detection maps against references (NIfTI-1), as the PI-CAI challenge evaluates them')
    .option('--predictions <folder>', 'where <case>_detection_map.nii.gz or <case>.nii.gz lie')
    .option('--references <folder>', 'where <case>_label.nii.gz or <case>.nii.gz lie')
    .addOption(
      new Option('--mode <mode>', 'strict, or as picai_eval to the last rule')
        .choices(['strict', 'compat'])
        .default('strict'),
    )
    .addOption(new Option('--overlap <measure>', 'of a match').choices(['iou', 'dsc']).default('iou'))
    .option('--min-overlap <fraction>', 'least overlap of a match', fraction, 0.1)
    .addOption(
      new Option('--case-confidence <rule>', 'largest confidence, or as if lesions were independent')
        .choices(['max', 'independent'])
        .default('max'),
    )
    .option('--losers-are-false', 'a candidate that lost its lesion to another is a false positive')
    .option(
      '--at <rate>',
      'false positives a case at which to tell the lesions found, again for each (0.5, 1, 2)',
      rates,
    )
    .option(
      '--bootstrap <n>',
      'resamples of patients (before the first _ of a case) for intervals; 0: none',
      wholeNumber,
      '1000',
    )
    .option('--seed <text>', 'of the resampling', 'hortus')
    .option('--json [file]', 'JSON into a file, or on standard output')
    .addHelpText(
      'after',
      examples(
        'evaluate lesions ./maps-and-labels',
        'evaluate lesions --predictions ./maps --references ./labels --mode compat --json figures.json',
      ),
    )
    .action((folder, flags) => choose(() => evaluateLesions(folder, { flags, streams })));
}

function evidenceCommands(hortus: Command, choose: Choose, streams: Streams): void {
  const claims = reachOptions(hortus.command('claims'))
    .description('every claim with the state of its evidence')
    .addHelpText('after', examples('claims', 'claims --json', 'claims replay'))
    .action((flags) => choose(() => listClaims(flags, streams)));
  reachOptions(claims.command('replay'))
    .description('recompute every claim from its cases and compare to the last bit')
    .action((_flags, command: Command) => choose(() => replayClaims(command.optsWithGlobals(), streams)));
  reachOptions(hortus.command('status'))
    .description('the certificates; or whether a version may be shown at a site now (exit code 0 yes, 1 no)')
    .option('--model-version <id>', 'id or digest of a model version')
    .option('--site <code>', 'code or id of a site')
    .addHelpText('after', examples('status', 'status --model-version mv_01 --site WESTHAVEN && show'))
    .action((flags, command: Command) => {
      if ((flags.modelVersion === undefined) !== (flags.site === undefined)) {
        command.error('error: --model-version and --site belong together');
      }
      choose(() => status(flags, streams));
    });
  const ledger = hortus.command('ledger').description('the evidence ledger');
  reachOptions(ledger.command('verify'))
    .description('verify every entry, proof and signature (exit code 1 if anything is not what was signed)')
    .addHelpText('after', examples('ledger verify', 'ledger verify --json'))
    .action((flags) => choose(() => verifyLedgerOf(flags, streams)));
}

function drillCommand(hortus: Command, choose: Choose, streams: Streams): void {
  placeOptions(hortus.command('drill'))
    .description('inject a fault into a copy of a real stream: is it found, how late, how many false alarms')
    .option('--claim <key or id>', 'the claim')
    .option('--all', 'every claim')
    .option('--site <code>', 'at this site only')
    .addOption(new Option('--inject <fault>', 'what goes wrong').choices(injectionKinds).makeOptionMandatory())
    .requiredOption(
      '--size <x>',
      'log-odds (case-mix, calibration), difference of probabilities (threshold), or share of cases (others)',
      size,
    )
    .option('--at <day or case>', 'from when on: YYYY-MM-DD, or the position of a case (half of the cases)')
    .option('--runs <n>', 'copies to draw', wholeNumber, '200')
    .option('--seed <text>', 'of the drawing', 'hortus')
    .option('--record', 'note the drill, and the digest of its report, in the ledger')
    .option('--json [file]', 'JSON into a file, or on standard output')
    .addHelpText(
      'after',
      examples(
        'drill --claim sensitivity --site WESTHAVEN --inject image-quality --size 0.2',
        'drill --all --inject label-delay --size 0.5 --record',
      ),
    )
    .action((flags, command: Command) => {
      if ((flags.claim === undefined) === (flags.all === undefined)) {
        command.error('error: name a claim with --claim, or all with --all');
      }
      choose(() => drill(flags, streams));
    });
}

function operatorCommands(hortus: Command, choose: Choose, streams: Streams): void {
  reachOptions(hortus.command('backup <file>'))
    .description('write the whole installation into one file; it holds the keys')
    .addHelpText('after', examples('backup hortus-2026-11-21.tar.gz'))
    .action((file, flags) => choose(() => backUp(file, flags, streams)));
  hortus
    .command('restore <file>')
    .description('put a backup into an empty data folder')
    .addOption(dataOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('restore hortus-2026-11-21.tar.gz --data ./restored'))
    .action((file, flags) => choose(() => restoreFrom(file, flags, streams)));
  reachOptions(hortus.command('token'))
    .description('give a machine access; its secret is printed once')
    .requiredOption('--name <words>', 'what the machine is')
    .requiredOption('--for <site>', 'code of the site, or id or name of the organisation, that it belongs to')
    .requiredOption('--scope <action>', 'what it may do, again for each: monitor:send-outcomes, monitor:*', collected)
    .option('--days <n>', 'until it expires', wholeNumber, '90')
    .addHelpText(
      'after',
      examples('token --name "PACS of Noorderzorg" --for NOORDERZORG --scope monitor:send-predictions'),
    )
    .action((flags) => choose(() => issueToken(flags, streams)));
}

function registerCommands(hortus: Command, choose: Choose, streams: Streams): void {
  const register = hortus.command('register').description('who is there: organisations, sites, persons; prints the id');
  reachOptions(register.command('organisation <name>'))
    .description('a hospital (legal entity), an assessor or a patients’ organisation')
    .addOption(
      new Option('--kind <kind>', 'what it is')
        .choices(['legal-entity', 'assessor', 'patients'])
        .default('legal-entity'),
    )
    .addHelpText('after', examples('register organisation "Lindenhof Hospital"'))
    .action((name, flags) => choose(() => registerOrganisation(name, flags, streams)));
  reachOptions(register.command('site <code> <name>'))
    .description('a place of care; the code is what senders write in their rows')
    .option('--organisation <id or name>', 'the legal entity that it belongs to, for ever')
    .addHelpText('after', examples('register site LINDENHOF "Lindenhof" --organisation "Lindenhof Hospital"'))
    .action((code, name, flags) => choose(() => registerSite({ code, name }, flags, streams)));
  reachOptions(register.command('person <name>'))
    .description('somebody with roles at one organisation')
    .requiredOption('--organisation <id or name>', 'where; the code of one of its sites does, too')
    .requiredOption('--role <role>', `again for each: ${roles.join(', ')}`, collected)
    .addHelpText('after', examples('register person "M. Linde" --organisation LINDENHOF --role model-lead'))
    .action((name, flags) => choose(() => registerPerson(name, flags, streams)));
  reachOptions(hortus.command('sign-in <person>'))
    .description('print a link that signs a person in once, within ten minutes, on this machine')
    .addHelpText('after', examples('sign-in "M. Linde"'))
    .action((person, flags) => choose(() => signInLink(person, flags, streams)));
}

/** Runs one command. @returns its exit code. */
export async function runCli(args: readonly string[], streams: Streams = standardStreams): Promise<ExitCode> {
  const chosen = new Chosen();
  try {
    await program(chosen, streams).parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  }
  try {
    return (await chosen.work?.()) ?? exitCodes.usage;
  } catch (error) {
    return tellFailure(streams, error);
  }
}

process.exitCode = await runCli(process.argv.slice(2));
