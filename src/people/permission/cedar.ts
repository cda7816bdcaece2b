import { setFlagsFromString } from 'node:v8';

export * from '@cedar-policy/cedar-wasm/nodejs';

/*
 * The V8 of Node 20 ends the process ("unreachable code" in DoComputeBuiltinContinuation) when it deoptimizes JavaScript
 * into which it inlined a call that WebAssembly answers with a reference, as every call of Cedar is. Seen within seconds
 * of steady decisions; without the inlining, never. It is a switch of the compiler, and changes no result.
 */
if (Number(process.versions.node.split('.', 1)[0]) < 24) setFlagsFromString('--no-turbo-inline-js-wasm-calls');
