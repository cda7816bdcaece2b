import { setFlagsFromString } from 'node:v8';

/**
 * On a machine with much memory V8 lets its heap grow to several times of what is in use before it collects. A server
 * is a guest: it collects when the heap has grown by 40 percent. V8 reads this at every collection,
 * so it may be set here; unlike a fixed limit it never ends a process that needs more.
 */
export const keepHeapSmall = () => setFlagsFromString('--heap-growing-percent=40');
