/** `dropgate flags` and what belongs to it. */
import type { AddCommand } from '../command.ts';
import { addListing } from './flags-list.ts';
import { addPull } from './flags-pull.ts';

export const flagsCommand: AddCommand = (program, io, done) => {
  const flags = program.command('flags');
  addListing(flags, io, done);
  addPull(flags, io, done);
};
