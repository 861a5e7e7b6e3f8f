import type { Command } from 'commander';
import type { Io } from './io.ts';

/** Adds a command to the program; its action hands its exit code to `done`. */
export type AddCommand = (program: Command, io: Io, done: (code: number) => void) => void;
